import {
  DEFAULT_POLICY,
  nextVersion,
  type Millis,
  type Mode,
  type Policy,
  type Rule,
} from '@recloser/core';
import { breakerKeySchema, LIMITS, RecloserError, type Actor } from '@recloser/protocol';
import type { Pool } from 'pg';
import { newSalt, uuidv7 } from '../ids.js';
import type { BreakerMeta, LoadedBreaker, LockedBreaker } from '../rows/model.js';
import { millis, readClock, rows, transaction, type Queryable } from '../sql.js';
import { saltOfGroup } from './breaker-group.js';
import {
  controlOf,
  defaultMode,
  freshBreaker,
  loadEverywhere,
  projectOf,
  settingsOf,
  type BreakerChange,
} from './breaker-rows.js';
import { segmentsOf } from '../settings/segment-rows.js';
import { headAfter, lockProject, writeChanges, type LockedEnvironment } from './write-changes.js';

export interface NewBreaker {
  readonly key: string;
  readonly reason: string;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly owner?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly cohortKey?: string | undefined;
  /** Its recovery group; null: none. */
  readonly group?: string | null | undefined;
  readonly mode?: Mode | undefined;
  readonly policy?: Policy | undefined;
  readonly rules?: readonly Rule[] | undefined;
}

export function createBreaker(
  pool: Pool,
  environmentId: string,
  actor: Actor,
  input: NewBreaker,
): Promise<BreakerChange> {
  return transaction(pool, (db) => createBreakerIn(db, environmentId, actor, input));
}

/** `createBreaker` within the caller's transaction. */
export async function createBreakerIn(
  db: Queryable,
  environmentId: string,
  actor: Actor,
  input: NewBreaker,
): Promise<BreakerChange> {
  const key = breakerKeySchema.safeParse(input.key);
  if (!key.success) {
    throw new RecloserError(
      'invalid_breaker_key',
      `The key ${JSON.stringify(input.key)} is not valid: ${key.error.issues[0]?.message ?? ''}.`,
    );
  }
  const projectId = await projectOf(db, environmentId);
  const environments = await lockProject(db, projectId);
  await refuseTooMany(db, projectId);
  const now = await readClock(db);
  const stored = await insertOrRevive(db, projectId, input, now);
  // States are there only when it comes back from the archive.
  const earlier = await loadEverywhere(db, environments, input.key);
  let change: BreakerChange['change'] = null;
  const heads = [];
  for (const environment of environments) {
    const before = earlier.find((breaker) => breaker.environmentId === environment.id);
    const here = environment.id === environmentId;
    const segments = here ? await segmentsOf(db, environment.id, input.rules ?? []) : [];
    const after = { ...begin(environment, stored, input, before, here, now), segments };
    const summary = settingsOf(after);
    const pending = {
      after,
      action: 'breaker.create',
      reason: input.reason,
      before: null,
      summary,
    };
    const [written] = await writeChanges(db, environment, actor, now, [pending], 'all');
    heads.push(headAfter(environment, 1));
    if (here) change = written ?? null;
  }
  return { change, heads };
}

interface StoredBreaker {
  readonly id: string;
  readonly salt: string;
  readonly meta: BreakerMeta;
}

/** A version or revision is never used twice, not even after an archive: outcomes and edits are told apart by it. */
function begin(
  environment: LockedEnvironment,
  stored: StoredBreaker,
  input: NewBreaker,
  before: LoadedBreaker | undefined,
  here: boolean,
  now: Millis,
): LockedBreaker {
  const ids = { environmentId: environment.id, breakerId: stored.id };
  return {
    ...freshBreaker(ids, input.key, stored.salt, stored.meta, now),
    version: before === undefined ? 1 : nextVersion(before),
    revision: (before?.revision ?? 0) + 1,
    control: controlOf(here ? (input.mode ?? 'auto') : defaultMode(environment.kind)),
    policy: (here ? input.policy : undefined) ?? DEFAULT_POLICY,
    rules: (here ? input.rules : undefined) ?? [],
  };
}

async function refuseTooMany(db: Queryable, projectId: string): Promise<void> {
  const [row] = await rows<{ count: number }>(
    db,
    `SELECT count(*)::float8 AS count FROM breaker WHERE project_id = $1 AND archived_at IS NULL`,
    [projectId],
  );
  if ((row?.count ?? 0) >= LIMITS.breakersPerProject) {
    throw new RecloserError(
      'limit_reached',
      `A project holds at most ${LIMITS.breakersPerProject} breakers. Archive some that are no longer used.`,
      { limit: LIMITS.breakersPerProject },
    );
  }
}

/** $11: the salt of its group, if that has members. */
const INSERT_OR_REVIVE = `
  INSERT INTO breaker (id, project_id, key, name, description, owner, tags, cohort_key, salt,
    recovery_group)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, coalesce($11, $9), $10)
  ON CONFLICT (project_id, key) DO UPDATE SET name = excluded.name, description = excluded.description,
    owner = excluded.owner, tags = excluded.tags, cohort_key = excluded.cohort_key, discovered = false,
    recovery_group = excluded.recovery_group, salt = coalesce($11, breaker.salt), archived_at = NULL
  WHERE breaker.archived_at IS NOT NULL
  RETURNING id, salt, ${millis('created_at')} AS created_at`;

async function insertOrRevive(
  db: Queryable,
  projectId: string,
  input: NewBreaker,
  now: Millis,
): Promise<StoredBreaker> {
  const {
    key,
    name = key,
    description = '',
    owner = '',
    tags = [],
    cohortKey = 'accountId',
    group = null,
  } = input;
  const shared = await saltOfGroup(db, projectId, group);
  const [row] = await rows<{ id: string; salt: string; created_at: number }>(db, INSERT_OR_REVIVE, [
    uuidv7(now),
    projectId,
    key,
    name,
    description,
    owner,
    tags,
    cohortKey,
    newSalt(),
    group,
    shared ?? null,
  ]);
  if (row === undefined) {
    throw new RecloserError(
      'already_exists',
      `There is a breaker "${key}" already. Edit it instead.`,
      {
        breaker: key,
      },
    );
  }
  const { id, salt, created_at: createdAt } = row;
  return {
    id,
    salt,
    meta: { name, description, owner, tags, cohortKey, group, discovered: false, createdAt },
  };
}
