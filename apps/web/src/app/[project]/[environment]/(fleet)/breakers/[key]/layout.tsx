import type { BreakerDetail } from '@recloser/protocol';
import type { Metadata } from 'next';
import { cache, type ReactNode } from 'react';
import { BreakerProvider } from '@/features/breaker/components/breaker-context';
import { BreakerHeader } from '@/features/breaker/components/breaker-header';
import { type BreakerParams, decode, placeOf } from '@/lib/params';
import { resources } from '@/lib/routes';
import { fetchApi } from '@/lib/server/api';
import { standingWords } from '@/lib/vocabulary';

interface BreakerLayoutProps {
  readonly params: BreakerParams;
  readonly children: ReactNode;
}

const fetchBreaker = cache(async (path: string) => (await fetchApi(path)) as BreakerDetail);

async function breakerOf(params: BreakerParams): Promise<BreakerDetail> {
  const [place, { key }] = await Promise.all([placeOf(params), params]);
  return fetchBreaker(resources.breaker(place, decode(key)));
}

export async function generateMetadata({ params }: BreakerLayoutProps): Promise<Metadata> {
  const [breaker, { environment }] = await Promise.all([breakerOf(params), placeOf(params)]);
  return { title: `${standingWords(breaker)} · ${breaker.key} · ${environment}` };
}

export default async function BreakerLayout({ params, children }: BreakerLayoutProps) {
  const breaker = await breakerOf(params);
  return (
    <BreakerProvider key={breaker.key} initial={breaker}>
      <BreakerHeader />
      {children}
    </BreakerProvider>
  );
}
