'use client';

import type { Series } from '@recloser/protocol';
import useSWR, { type SWRResponse } from 'swr';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { storeNow } from '@/lib/clock';
import { getJson } from '@/lib/http';
import { resources } from '@/lib/routes';
import { type ChartView, spanOf, stepOf } from '../chart-view';

/** Stored counts of the time in sight; the live feed adds what comes after. */
export function useSeries(key: string, view: ChartView): SWRResponse<Series, Error> {
  const place = useEnvironmentRef();
  const path = `${resources.breaker(place, key)}/series`;
  const stretch = view.kind === 'live' ? view.range : `${view.from}-${view.to}`;
  return useSWR<Series, Error>(
    [path, stretch],
    async () => {
      const { from, to } = spanOf(view, storeNow());
      const query = `from=${Math.round(from)}&to=${Math.round(to)}&step=${stepOf({ from, to })}`;
      return (await getJson(`${path}?${query}`)) as Series;
    },
    {
      refreshInterval: refreshMs(view),
      keepPreviousData: true,
      revalidateOnFocus: view.kind === 'live',
    },
  );
}

/** What lies in the past does not change; the feed renews the last minutes. */
function refreshMs(view: ChartView): number {
  if (view.kind === 'fixed') return 0;
  // The feed has the counts of the last minutes, and no latencies.
  if (view.range === '5m') return 5_000;
  return view.range === '1h' ? 10_000 : 60_000;
}
