import type { Partition } from '@recloser/core';
import { api, type BreakerDetail, type ChangedBreaker } from '@recloser/protocol';
import { call } from '@/lib/call';
import type { EnvironmentRef } from '@/lib/routes';
import { type ActionName, type ActionParameters, requestOf } from '../action-catalogue';

export interface ActionInput extends ActionParameters {
  readonly action: ActionName;
  readonly reason: string;
  /** The version that the person saw: whoever comes second is told so. */
  readonly expectedVersion: number;
  readonly scope?: Partition | undefined;
}

/** Commits an action. Throws ApiError, e.g. `version_conflict` when someone else was first. */
export function act(
  place: EnvironmentRef,
  key: string,
  { action, reason, expectedVersion, scope, ...parameters }: ActionInput,
): Promise<ChangedBreaker> {
  const params = { ...place, key };
  const acting = { reason, expectedVersion, ...(scope !== undefined && { scope }) };
  const request = requestOf(action, parameters);
  switch (request.route) {
    case 'trip':
      return call(api.breakers.trip, { params, body: { ...request.body, ...acting } });
    case 'restore':
      return call(api.breakers.restore, { params, body: acting });
    case 'dim':
      return call(api.breakers.dim, { params, body: { ...request.body, ...acting } });
    case 'setMode':
      return call(api.breakers.setMode, { params, body: { ...request.body, ...acting } });
    case 'ramp':
      return call(api.breakers.ramp, { params, body: { ...request.body, ...acting } });
  }
}

export function loadBreaker(place: EnvironmentRef, key: string): Promise<BreakerDetail> {
  return call(api.breakers.read, { params: { ...place, key } });
}
