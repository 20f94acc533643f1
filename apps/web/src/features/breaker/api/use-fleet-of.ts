'use client';

import type { Convergence, Split } from '@recloser/protocol';
import useSWR from 'swr';
import { useConnectionStatus, usePlace } from '@/features/live/live-provider';
import { getJson } from '@/lib/http';
import { resources } from '@/lib/routes';

const EVERY_MS = 2_000;

/** Who has applied this breaker's last change; null until it is known. */
export function useConvergence(key: string, seq: number): Convergence | null {
  const place = usePlace();
  const live = useConnectionStatus() === 'live';
  const path = `${resources.breaker(place, key)}/convergence`;
  const { data } = useSWR<Convergence, Error>(
    [path, seq],
    async () => (await getJson(path)) as Convergence,
    { refreshInterval: live ? EVERY_MS : 0, keepPreviousData: true },
  );
  return data ?? null;
}

/** Each instance's own counts for this breaker; null until they are known. */
export function useSplit(key: string): Split | null {
  const place = usePlace();
  const live = useConnectionStatus() === 'live';
  const path = `${resources.breaker(place, key)}/instances`;
  const { data } = useSWR<Split, Error>(path, async () => (await getJson(path)) as Split, {
    refreshInterval: live ? EVERY_MS : 0,
    keepPreviousData: true,
  });
  return data ?? null;
}
