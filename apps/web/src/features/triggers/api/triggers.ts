'use client';

import { api, type CreatedTrigger, type CreateTrigger } from '@recloser/protocol';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { call } from '@/lib/call';
import type { EnvironmentRef } from '@/lib/routes';
import { useCall } from '@/lib/use-call';

export function useTriggers() {
  return useCall(api.triggers.list, [{ params: useEnvironmentRef() }]);
}

/** The answer holds the path with its secret, this once. */
export function createTrigger(
  place: EnvironmentRef,
  trigger: CreateTrigger,
): Promise<CreatedTrigger> {
  return call(api.triggers.create, { params: place, body: trigger });
}

export async function revokeTrigger(
  place: EnvironmentRef,
  id: string,
  reason: string,
): Promise<void> {
  await call(api.triggers.revoke, { params: { ...place, id }, body: { reason } });
}
