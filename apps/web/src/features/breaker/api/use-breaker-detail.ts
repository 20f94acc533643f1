'use client';

import { api, type BreakerDetail } from '@recloser/protocol';
import { useState } from 'react';
import type { SWRResponse } from 'swr';
import { useBreaker, useEnvironmentRef } from '@/features/live/live-provider';
import { useCall } from '@/lib/use-call';

/**
 * One breaker, whole. It is read again as soon as the live feed tells of a change; until then the last answer stands.
 * `initial` is what the server rendered with.
 */
export function useBreakerDetail(
  key: string,
  initial?: BreakerDetail,
): SWRResponse<BreakerDetail, Error> {
  const place = useEnvironmentRef();
  const told = useBreaker(key)?.seq ?? 0;
  // An archived breaker is in the feed no more: what was read of it last stands.
  const [seq, setSeq] = useState(Math.max(told, initial?.seq ?? 0));
  if (told > seq) setSeq(told);
  return useCall(api.breakers.read, [{ params: { ...place, key } }], {
    fresh: seq,
    keepPreviousData: true,
    revalidateOnFocus: false,
    revalidateIfStale: initial?.seq !== seq,
    ...(initial === undefined ? {} : { fallbackData: initial }),
  });
}
