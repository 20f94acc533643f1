'use client';

import type { Series } from '@recloser/protocol';
import { useState } from 'react';
import useSWR from 'swr';
import { usePlace } from '@/features/live/live-provider';
import { storeNow } from '@/lib/clock';
import { getJson } from '@/lib/http';
import { resources } from '@/lib/routes';

export const RANGES = {
  '5m': { label: '5 min', ms: 300_000, stepS: 1, refreshMs: 60_000 },
  '1h': { label: '1 h', ms: 3_600_000, stepS: 10, refreshMs: 10_000 },
  '6h': { label: '6 h', ms: 21_600_000, stepS: 60, refreshMs: 60_000 },
  '24h': { label: '24 h', ms: 86_400_000, stepS: 300, refreshMs: 60_000 },
} as const;
export type Range = keyof typeof RANGES;

/** Stored counts of the last `range`; the live feed adds what comes after. */
export function useSeries(key: string, range: Range) {
  const place = usePlace();
  const { ms, stepS, refreshMs } = RANGES[range];
  const [path] = useState(() => resources.breaker(place, key));
  return useSWR<Series, Error>(
    [path, 'series', range],
    async () => {
      const to = Math.round(storeNow());
      const query = `from=${to - ms}&to=${to}&step=${stepS}`;
      return (await getJson(`${path}/series?${query}`)) as Series;
    },
    { refreshInterval: refreshMs, keepPreviousData: true, revalidateOnFocus: false },
  );
}
