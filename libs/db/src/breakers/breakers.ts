import type { Pool } from 'pg';
import type { Actor } from '@recloser/protocol';
import { archiveBreaker } from './breaker-archive.js';
import { createBreaker, type NewBreaker } from './breaker-create.js';
import { discoverBreakers, type Discovery } from './breaker-discover.js';
import { editBreaker, type BreakerEdit } from './breaker-edit.js';
import type { BreakerChange } from './breaker-rows.js';
import { listBreakers, type BreakerFilter, type BreakerListing } from './breaker-list.js';
import type { RowReader } from '../rows/row-reader.js';

export interface Breakers {
  /**
   * Makes a breaker in every environment of the project: closed, with the policy, rules and mode given here in this
   * environment and the defaults in the others. One that was archived comes back with new settings and its salt.
   * @throws RecloserError `already_exists`, `invalid_breaker_key`, `limit_reached`, `unknown_environment`
   */
  create(environmentId: string, actor: Actor, breaker: NewBreaker): Promise<BreakerChange>;
  /**
   * Changes settings, never state or version. What all environments share (name, owner, …) is written into each of
   * them; an edit that changes nothing writes nothing.
   * @throws RecloserError `version_conflict` with `{ expected, actual }`, `unknown_breaker`, `not_closed`
   */
  edit(environmentId: string, actor: Actor, key: string, edit: BreakerEdit): Promise<BreakerChange>;
  /** Takes a breaker out of every environment of the project; SDKs admit everything then. @throws `unknown_breaker` */
  archive(environmentId: string, actor: Actor, key: string, reason: string): Promise<BreakerChange>;
  /**
   * Makes breakers that code names and nobody has made: observing in production, automatic in development. Any number
   * of callers may say the same at once. What is over the limit, archived, or no valid name is told, not thrown.
   */
  discover(environmentId: string, keys: readonly string[], actor: Actor): Promise<Discovery>;
  /** By key; filters are AND-ed. */
  list(environmentId: string, filter: BreakerFilter): Promise<BreakerListing>;
}

export function createBreakers(pool: Pool, reader: RowReader): Breakers {
  return {
    create: (environmentId, actor, breaker) => createBreaker(pool, environmentId, actor, breaker),
    edit: (environmentId, actor, key, edit) => editBreaker(pool, environmentId, actor, key, edit),
    archive: (environmentId, actor, key, reason) =>
      archiveBreaker(pool, environmentId, actor, key, reason),
    discover: (environmentId, keys, actor) => discoverBreakers(pool, environmentId, keys, actor),
    list: (environmentId, filter) => listBreakers(pool, reader, environmentId, filter),
  };
}
