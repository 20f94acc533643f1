'use client';

import type { BreakerDetail } from '@recloser/protocol';
import { useState } from 'react';
import useSWR, { type SWRResponse } from 'swr';
import { loadBreaker } from '@/features/actions/api/actions';
import { useBreaker, useEnvironmentRef } from '@/features/live/live-provider';
import { resources } from '@/lib/routes';

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
  const path = resources.breaker(place, key);
  return useSWR<BreakerDetail, Error>([path, seq], () => loadBreaker(place, key), {
    keepPreviousData: true,
    revalidateOnFocus: false,
    revalidateIfStale: initial?.seq !== seq,
    ...(initial === undefined ? {} : { fallbackData: initial }),
  });
}
