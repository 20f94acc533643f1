import { api, type BreakerPage } from '@recloser/protocol';
import type { EnvironmentRef } from '@/lib/routes';
import { fetchApi } from '@/lib/server/api';

/** So many of each are in the page itself; all others come with the feed's first frame. */
const SHOWN = 200;
const TROUBLED = ['open', 'probing', 'ramping', 'dimmed'] as const;

/** What a page is drawn with before the feed speaks: the first breakers by name, and those in trouble wherever they stand. */
export async function fetchFirstState(
  place: EnvironmentRef,
): Promise<Pick<BreakerPage, 'items' | 'seq'>> {
  const [first, troubled] = await Promise.all([
    fetchApi(api.breakers.list, { params: place, query: { limit: SHOWN } }),
    fetchApi(api.breakers.list, { params: place, query: { limit: SHOWN, state: TROUBLED } }),
  ]);
  const known = new Map([...first.items, ...troubled.items].map((one) => [one.key, one]));
  return { items: [...known.values()], seq: Math.min(first.seq, troubled.seq) };
}
