import type { Admission } from '../model/model.js';
import { murmur3_32, murmur3Finish, murmur3Start, type Murmur3State } from './murmur3.js';

/** A salt hashed once, to place many keys by. */
export type CohortSalt = Murmur3State;

/** Prepares a salt; `bucketOf(prepareSalt(salt), key)` is `cohortBucket(salt, key)`. */
export function prepareSalt(salt: string): CohortSalt {
  return murmur3Start(`${salt}:`);
}

/** A key's place, 0…2³²−1: murmur3_32(salt + ":" + key). The same in every process and language. */
export function cohortBucket(salt: string, key: string): number {
  return murmur3_32(`${salt}:${key}`);
}

/** As `cohortBucket`, with a prepared salt. Allocates nothing. */
export function bucketOf(salt: CohortSalt, key: string): number {
  return murmur3Finish(salt, key);
}

/** Cohorts are nested: whoever is in at one admission is in at every larger one. */
export function inCohort(bucket: number, admission: Admission): boolean {
  return bucket < admission;
}
