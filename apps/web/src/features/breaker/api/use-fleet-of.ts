'use client';

import { api, type Convergence, type Split } from '@recloser/protocol';
import type { SWRResponse } from 'swr';
import { useConnectionStatus, useEnvironmentRef } from '@/features/live/live-provider';
import { useCall } from '@/lib/use-call';

const EVERY_MS = 2_000;

/** Who has applied this breaker's last change. */
export function useConvergence(key: string, seq: number): SWRResponse<Convergence, Error> {
  const place = useEnvironmentRef();
  const live = useConnectionStatus() === 'live';
  return useCall(api.breakers.convergence, [{ params: { ...place, key } }], {
    fresh: seq,
    refreshInterval: live ? EVERY_MS : 0,
    keepPreviousData: true,
  });
}

/** Each instance's own counts for this breaker. */
export function useSplit(key: string): SWRResponse<Split, Error> {
  const place = useEnvironmentRef();
  const live = useConnectionStatus() === 'live';
  return useCall(api.breakers.split, [{ params: { ...place, key } }], {
    refreshInterval: live ? EVERY_MS : 0,
    keepPreviousData: true,
  });
}
