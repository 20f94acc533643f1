'use client';

import type { CreatedTrigger, CreateTrigger, TriggerInfo } from '@recloser/protocol';
import useSWR from 'swr';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { getJson, sendJson } from '@/lib/http';
import { type EnvironmentRef, resources } from '@/lib/routes';

export function useTriggers() {
  const path = resources.triggers(useEnvironmentRef());
  return useSWR<readonly TriggerInfo[], Error>(
    path,
    async () => (await getJson(path)) as TriggerInfo[],
  );
}

/** The answer holds the path with its secret, this once. */
export async function createTrigger(
  place: EnvironmentRef,
  trigger: CreateTrigger,
): Promise<CreatedTrigger> {
  return (await sendJson('POST', resources.triggers(place), { body: trigger })) as CreatedTrigger;
}

export async function revokeTrigger(
  place: EnvironmentRef,
  id: string,
  reason: string,
): Promise<void> {
  await sendJson('POST', `${resources.triggers(place)}/${encodeURIComponent(id)}/revoke`, {
    body: { reason },
  });
}
