'use client';

import { api, type CreatedKey } from '@recloser/protocol';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { call } from '@/lib/call';
import type { EnvironmentRef } from '@/lib/routes';
import { useCall } from '@/lib/use-call';

export function useKeys() {
  return useCall(api.keys.list, [{ params: useEnvironmentRef() }]);
}

/** The answer holds the key itself, this once. */
export function createKey(place: EnvironmentRef, name: string): Promise<CreatedKey> {
  return call(api.keys.create, { params: place, body: { name } });
}

export async function revokeKey(place: EnvironmentRef, id: string, reason: string): Promise<void> {
  await call(api.keys.revoke, { params: { ...place, id }, body: { reason } });
}
