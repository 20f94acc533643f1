import type { ChangedBreaker } from '@recloser/protocol';
import { sendJson } from '@/lib/http';
import { type EnvironmentRef, resources } from '@/lib/routes';

interface NewBreaker {
  readonly key: string;
  readonly owner: string;
  readonly tags: readonly string[];
  readonly reason: string;
}

/** Throws ApiError, e.g. `already_exists`. */
export async function createBreaker(
  place: EnvironmentRef,
  breaker: NewBreaker,
): Promise<ChangedBreaker> {
  const answer = await sendJson('POST', resources.breakers(place), { body: breaker });
  return answer as ChangedBreaker;
}
