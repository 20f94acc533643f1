import type { Policy, Rule } from '@recloser/core';
import type { ChangedBreaker } from '@recloser/protocol';
import { sendJson } from '@/lib/http';
import { type EnvironmentRef, resources } from '@/lib/routes';

export interface Edit {
  readonly policy?: Policy;
  readonly rules?: readonly Rule[];
  readonly group?: string | null;
  readonly reason: string;
}

/** Saves an edit made on `revision`. Throws ApiError `version_conflict` when another edit came first. */
export async function editBreaker(
  place: EnvironmentRef,
  key: string,
  revision: number,
  edit: Edit,
): Promise<ChangedBreaker> {
  const path = resources.breaker(place, key);
  return (await sendJson('PATCH', path, { body: edit, revision })) as ChangedBreaker;
}
