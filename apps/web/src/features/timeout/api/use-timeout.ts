'use client';

import { api } from '@recloser/protocol';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { useCall } from '@/lib/use-call';

/** The timeout that cuts off this share of the calls that would succeed. */
export function useTimeoutSuggestion(breaker: string, falseRate: number) {
  const params = { ...useEnvironmentRef(), key: breaker };
  return useCall(api.breakers.timeout, [{ params, query: { falseRate } }], {
    revalidateOnFocus: false,
  });
}
