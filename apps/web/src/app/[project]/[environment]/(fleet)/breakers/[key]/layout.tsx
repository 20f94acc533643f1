import type { BreakerDetail } from '@recloser/protocol';
import type { Metadata } from 'next';
import { cache, type ReactNode } from 'react';
import { BreakerProvider } from '@/features/breaker/components/breaker-context';
import { BreakerHeader } from '@/features/breaker/components/breaker-header';
import { type BreakerParams, decode, environmentRefOf } from '@/lib/params';
import { resources } from '@/lib/routes';
import { fetchApi } from '@/lib/server/api';
import { stateSummaryWords } from '@/lib/vocabulary';

interface BreakerLayoutProps {
  readonly params: BreakerParams;
  readonly children: ReactNode;
}

const fetchBreaker = cache(async (path: string) => (await fetchApi(path)) as BreakerDetail);

export async function generateMetadata({ params }: BreakerLayoutProps): Promise<Metadata> {
  // Unlike a page, metadata gets its parameters decoded: decoded twice, "a%20b" would be "a b".
  const { key, ...place } = await params;
  const breaker = await fetchBreaker(resources.breaker(place, key));
  return { title: `${stateSummaryWords(breaker)} · ${breaker.key} · ${place.environment}` };
}

export default async function BreakerLayout({ params, children }: BreakerLayoutProps) {
  const [place, { key }] = await Promise.all([environmentRefOf(params), params]);
  const breaker = await fetchBreaker(resources.breaker(place, decode(key)));
  return (
    <BreakerProvider key={breaker.key} initial={breaker}>
      <BreakerHeader />
      {children}
    </BreakerProvider>
  );
}
