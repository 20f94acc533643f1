'use client';

import type { ApiKey, CreatedKey } from '@recloser/protocol';
import useSWR from 'swr';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { getJson, sendJson } from '@/lib/http';
import { type EnvironmentRef, resources } from '@/lib/routes';

export function useKeys() {
  const path = resources.keys(useEnvironmentRef());
  return useSWR<readonly ApiKey[], Error>(path, async () => (await getJson(path)) as ApiKey[]);
}

/** The answer holds the key itself, this once. */
export async function createKey(place: EnvironmentRef, name: string): Promise<CreatedKey> {
  return (await sendJson('POST', resources.keys(place), { body: { name } })) as CreatedKey;
}

export async function revokeKey(place: EnvironmentRef, id: string, reason: string): Promise<void> {
  await sendJson('POST', `${resources.keys(place)}/${encodeURIComponent(id)}/revoke`, {
    body: { reason },
  });
}
