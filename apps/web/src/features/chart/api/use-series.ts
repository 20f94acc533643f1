'use client';

import { api, type Series } from '@recloser/protocol';
import useSWR, { type SWRResponse } from 'swr';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { call } from '@/lib/call';
import { storeNow } from '@/lib/clock';
import { callKey } from '@/lib/use-call';
import { type ChartView, spanOf, stepOf } from '../chart-view';

/** Stored counts of the time in sight; the live feed adds what comes after. */
export function useSeries(key: string, view: ChartView): SWRResponse<Series, Error> {
  const params = { ...useEnvironmentRef(), key };
  const stretch = view.kind === 'live' ? view.range : `${view.from}-${view.to}`;
  return useSWR<Series, Error>(
    callKey(api.breakers.series, [{ params }], stretch),
    () => {
      const { from, to } = spanOf(view, storeNow());
      const query = { from: Math.round(from), to: Math.round(to), step: stepOf({ from, to }) };
      return call(api.breakers.series, { params, query });
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
