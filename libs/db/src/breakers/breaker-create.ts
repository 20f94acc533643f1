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
import type {
  BreakerMeta,
  CommittedChange,
  EnvironmentHead,
  LoadedBreaker,
  LockedBreaker,
} from '../rows/model.js';
import { millis, readClock, rows, transaction, type Queryable } from '../sql.js';
import { saltsOfGroups } from './breaker-group.js';
import {
  controlOf,
  defaultMode,
  freshBreaker,
  loadAllEverywhere,
  projectOf,
  settingsOf,
  type BreakerChange,
  type BreakerChanges,
} from './breaker-rows.js';
import { segmentsOfEach } from '../settings/segment-rows.js';
import {
  headAfter,
  lockProject,
  type PendingChange,
  writeChanges,
  type LockedEnvironment,
} from './write-changes.js';

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
async function createBreakerIn(
  db: Queryable,
  environmentId: string,
  actor: Actor,
  input: NewBreaker,
): Promise<BreakerChange> {
  const { changes, heads } = await createBreakersIn(db, environmentId, actor, [input]);
  return { change: changes[0] ?? null, heads };
}

/** Creates several, with different keys, in a few statements. A hundred take some ms of the event loop. */
export async function createBreakersIn(
  db: Queryable,
  environmentId: string,
  actor: Actor,
  inputs: readonly NewBreaker[],
): Promise<BreakerChanges> {
  for (const { key } of inputs) refuseInvalidKey(key);
  const projectId = await projectOf(db, environmentId);
  const environments = await lockProject(db, projectId);
  await refuseTooMany(db, projectId, inputs.length);
  const now = await readClock(db);
  const stored = await insertOrRevive(db, projectId, inputs, now);
  // States are there only when it comes back from the archive.
  const keys = inputs.map(({ key }) => key);
  const earlier = await loadAllEverywhere(db, environments, keys);
  const rules = inputs.map((input) => input.rules ?? []);
  const named = await segmentsOfEach(db, environmentId, rules);
  let changes: readonly CommittedChange[] = [];
  const heads: EnvironmentHead[] = [];
  for (const environment of environments) {
    const here = environment.id === environmentId;
    const pending = inputs.map((input, index): PendingChange => {
      const before = earlier.get(input.key)?.find((one) => one.environmentId === environment.id);
      const begun = begin(environment, storedOf(stored, input.key), { input, before, here, now });
      const after = { ...begun, segments: (here ? named[index] : undefined) ?? [] };
      const { reason } = input;
      return { after, action: 'breaker.create', reason, before: null, summary: settingsOf(after) };
    });
    const written = await writeChanges(db, environment, actor, now, pending, 'all');
    heads.push(headAfter(environment, pending.length));
    if (here) changes = written;
  }
  return { changes, heads };
}

function refuseInvalidKey(key: string): void {
  const parsed = breakerKeySchema.safeParse(key);
  if (parsed.success) return;
  throw new RecloserError(
    'invalid_breaker_key',
    `The key ${JSON.stringify(key)} is not valid: ${parsed.error.issues[0]?.message ?? ''}.`,
  );
}

interface StoredBreaker {
  readonly id: string;
  readonly salt: string;
  readonly meta: BreakerMeta;
}

interface Begun {
  readonly input: NewBreaker;
  readonly before: LoadedBreaker | undefined;
  /** It is the environment asked for. */
  readonly here: boolean;
  readonly now: Millis;
}

/** A version or revision is never used twice, not even after an archive: outcomes and edits are told apart by it. */
function begin(
  environment: LockedEnvironment,
  stored: StoredBreaker,
  { input, before, here, now }: Begun,
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

async function refuseTooMany(db: Queryable, projectId: string, added: number): Promise<void> {
  const [row] = await rows<{ count: number }>(
    db,
    `SELECT count(*)::float8 AS count FROM breaker WHERE project_id = $1 AND archived_at IS NULL`,
    [projectId],
  );
  if ((row?.count ?? 0) + added > LIMITS.breakersPerProject) {
    throw new RecloserError(
      'limit_reached',
      `A project holds at most ${LIMITS.breakersPerProject} breakers. Archive some that are no longer used.`,
      { limit: LIMITS.breakersPerProject },
    );
  }
}

/** Of those in the archive the salt is kept, unless a group gives another. */
const INSERT_OR_REVIVE = `
  WITH item AS MATERIALIZED (
    SELECT * FROM json_to_recordset($2::json) AS i(id uuid, key text, name text, description text, owner text,
      tags text[], cohort_key text, salt text, shared text, recovery_group text)
  )
  INSERT INTO breaker (id, project_id, key, name, description, owner, tags, cohort_key, salt,
    recovery_group)
  SELECT id, $1, key, name, description, owner, tags, cohort_key, coalesce(shared, salt), recovery_group FROM item
  ON CONFLICT (project_id, key) DO UPDATE SET name = excluded.name, description = excluded.description,
    owner = excluded.owner, tags = excluded.tags, cohort_key = excluded.cohort_key, discovered = false,
    recovery_group = excluded.recovery_group, archived_at = NULL,
    salt = coalesce((SELECT i.shared FROM item i WHERE i.key = excluded.key), breaker.salt)
  WHERE breaker.archived_at IS NOT NULL
  RETURNING id, key, salt, ${millis('created_at')} AS created_at`;

interface InsertedRow extends Record<string, unknown> {
  readonly id: string;
  readonly key: string;
  readonly salt: string;
  readonly created_at: number;
}

/** By key. @throws RecloserError `already_exists` */
async function insertOrRevive(
  db: Queryable,
  projectId: string,
  inputs: readonly NewBreaker[],
  now: Millis,
): Promise<ReadonlyMap<string, StoredBreaker>> {
  const groups = inputs.map(({ group = null }) => group);
  const salts = await saltsOfGroups(db, projectId, groups);
  const items = inputs.map((input) => {
    const { cohortKey, group, ...meta } = metaOf(input);
    const shared = group === null ? null : (salts.get(group) ?? null);
    const ids = { id: uuidv7(now), key: input.key, salt: newSalt(), shared };
    return { ...ids, ...meta, cohort_key: cohortKey, recovery_group: group };
  });
  const found = await rows<InsertedRow>(db, INSERT_OR_REVIVE, [projectId, JSON.stringify(items)]);
  const byKey = new Map(found.map((row) => [row.key, row]));
  return new Map(
    inputs.map((input) => {
      const row = byKey.get(input.key);
      if (row === undefined) throw alreadyExists(input.key);
      const { id, salt, created_at: createdAt } = row;
      const meta = { ...metaOf(input), discovered: false, createdAt };
      return [input.key, { id, salt, meta }];
    }),
  );
}

const metaOf = ({
  key,
  name = key,
  description = '',
  owner = '',
  tags = [],
  cohortKey = 'accountId',
  group = null,
}: NewBreaker) => ({ name, description, owner, tags, cohortKey, group });

function storedOf(stored: ReadonlyMap<string, StoredBreaker>, key: string): StoredBreaker {
  const own = stored.get(key);
  if (own === undefined) throw alreadyExists(key);
  return own;
}

const alreadyExists = (key: string): RecloserError =>
  new RecloserError('already_exists', `There is a breaker "${key}" already. Edit it instead.`, {
    breaker: key,
  });
