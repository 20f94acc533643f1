import type { Partition } from '@recloser/core';
import type { BreakerDetail, ChangedBreaker } from '@recloser/protocol';
import { getJson, sendJson } from '@/lib/http';
import { type EnvironmentRef, resources } from '@/lib/routes';
import { type ActionName, type ActionParameters, requestOf } from '../action-catalogue';

export interface ActionInput extends ActionParameters {
  readonly action: ActionName;
  readonly reason: string;
  /** The version that the person saw: whoever comes second is told so. */
  readonly expectedVersion: number;
  readonly scope?: Partition | undefined;
}

/** Commits an action. Throws ApiError, e.g. `version_conflict` when someone else was first. */
export async function act(
  place: EnvironmentRef,
  key: string,
  input: ActionInput,
): Promise<ChangedBreaker> {
  const { path, body } = requestOf(input.action, input);
  const { reason, expectedVersion, scope } = input;
  const answer = await sendJson('POST', `${resources.breaker(place, key)}/${path}`, {
    body: { ...body, reason, expectedVersion, ...(scope !== undefined && { scope }) },
  });
  return answer as ChangedBreaker;
}

export async function loadBreaker(place: EnvironmentRef, key: string): Promise<BreakerDetail> {
  return (await getJson(resources.breaker(place, key))) as BreakerDetail;
}
