'use client';

import type { TimeoutSuggestionInfo } from '@recloser/protocol';
import useSWR from 'swr';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { getJson } from '@/lib/http';
import { resources } from '@/lib/routes';

/** The timeout that cuts off this share of the calls that would succeed. */
export function useTimeoutSuggestion(breaker: string, falseRate: number) {
  const path = `${resources.breaker(useEnvironmentRef(), breaker)}/timeout?falseRate=${falseRate}`;
  return useSWR<TimeoutSuggestionInfo, Error>(
    path,
    async () => (await getJson(path)) as TimeoutSuggestionInfo,
    { revalidateOnFocus: false },
  );
}
