import { api } from '@recloser/protocol';
import type { Metadata } from 'next';
import { cache, type ReactNode } from 'react';
import { BreakerProvider } from '@/features/breaker/components/breaker-context';
import { BreakerHeader } from '@/features/breaker/components/breaker-header';
import { type BreakerParams, decode, environmentRefOf } from '@/lib/params';
import { fetchApi } from '@/lib/server/api';
import { stateSummaryWords } from '@/lib/vocabulary';

interface BreakerLayoutProps {
  readonly params: BreakerParams;
  readonly children: ReactNode;
}

const fetchBreaker = cache((project: string, environment: string, key: string) =>
  fetchApi(api.breakers.read, { params: { project, environment, key } }),
);

export async function generateMetadata({ params }: BreakerLayoutProps): Promise<Metadata> {
  // Unlike a page, metadata gets its parameters decoded: decoded twice, "a%20b" would be "a b".
  const { key, ...place } = await params;
  const breaker = await fetchBreaker(place.project, place.environment, key);
  return { title: `${stateSummaryWords(breaker)} · ${breaker.key} · ${place.environment}` };
}

export default async function BreakerLayout({ params, children }: BreakerLayoutProps) {
  const [place, { key }] = await Promise.all([environmentRefOf(params), params]);
  const breaker = await fetchBreaker(place.project, place.environment, decode(key));
  return (
    <BreakerProvider key={breaker.key} initial={breaker}>
      <BreakerHeader />
      {children}
    </BreakerProvider>
  );
}
