import { api, type ChangedBreaker } from '@recloser/protocol';
import { call } from '@/lib/call';
import type { EnvironmentRef } from '@/lib/routes';

interface NewBreaker {
  readonly key: string;
  readonly owner: string;
  readonly tags: readonly string[];
  readonly reason: string;
}

/** Throws ApiError, e.g. `already_exists`. */
export function createBreaker(place: EnvironmentRef, breaker: NewBreaker): Promise<ChangedBreaker> {
  return call(api.breakers.create, { params: place, body: breaker });
}
