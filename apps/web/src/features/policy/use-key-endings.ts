'use client';

import { api, type KeyEndingsInfo } from '@recloser/protocol';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { useCall } from '@/lib/use-call';

/** How the cohort keys end that rules and segments name; undefined: not known yet, or not asked for. */
export function useKeyEndings(breaker: string, asked: boolean): KeyEndingsInfo | undefined {
  const params = { ...useEnvironmentRef(), key: breaker };
  return useCall(api.breakers.cohortKeys, [{ params }], { asked, revalidateOnFocus: false }).data;
}
