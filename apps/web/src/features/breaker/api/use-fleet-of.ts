'use client';

import type { Convergence, Split } from '@recloser/protocol';
import useSWR, { type SWRResponse } from 'swr';
import { useConnectionStatus, useEnvironmentRef } from '@/features/live/live-provider';
import { getJson } from '@/lib/http';
import { resources } from '@/lib/routes';

const EVERY_MS = 2_000;

/** Who has applied this breaker's last change. */
export function useConvergence(key: string, seq: number): SWRResponse<Convergence, Error> {
  const place = useEnvironmentRef();
  const live = useConnectionStatus() === 'live';
  const path = `${resources.breaker(place, key)}/convergence`;
  return useSWR<Convergence, Error>([path, seq], async () => (await getJson(path)) as Convergence, {
    refreshInterval: live ? EVERY_MS : 0,
    keepPreviousData: true,
  });
}

/** Each instance's own counts for this breaker. */
export function useSplit(key: string): SWRResponse<Split, Error> {
  const place = useEnvironmentRef();
  const live = useConnectionStatus() === 'live';
  const path = `${resources.breaker(place, key)}/instances`;
  return useSWR<Split, Error>(path, async () => (await getJson(path)) as Split, {
    refreshInterval: live ? EVERY_MS : 0,
    keepPreviousData: true,
  });
}
