import type { Policy, Rule } from '@recloser/core';
import { api, type ChangedBreaker } from '@recloser/protocol';
import { call } from '@/lib/call';
import type { EnvironmentRef } from '@/lib/routes';

export interface Edit {
  readonly policy?: Policy;
  readonly rules?: readonly Rule[];
  readonly group?: string | null;
  readonly reason: string;
}

/** Saves an edit made on `revision`. Throws ApiError `version_conflict` when another edit came first. */
export function editBreaker(
  place: EnvironmentRef,
  key: string,
  revision: number,
  edit: Edit,
): Promise<ChangedBreaker> {
  return call(api.breakers.edit, { params: { ...place, key }, body: edit, revision });
}
