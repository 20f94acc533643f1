import { breakerKeySchema, LIMITS, type Actor } from '@recloser/protocol';
import type { Millis } from '@recloser/core';
import type { Pool } from 'pg';
import { newSalt, uuidv7 } from '../ids.js';
import type { CommittedChange, EnvironmentHead } from '../rows/model.js';
import { BULK, millis, readClock, rows, transaction, type Queryable } from '../sql.js';
import { controlOf, defaultMode, freshBreaker, projectOf, settingsOf } from './breaker-rows.js';
import { headAfter, lockProject, writeChanges, type LockedEnvironment } from './write-changes.js';

/** What became of the names that an SDK reported. */
export interface Discovery {
  /** Made now; the changes of the environment asked for. */
  readonly created: readonly CommittedChange[];
  /** There already. */
  readonly known: readonly string[];
  /** Archived: a person took them out, and only a person brings them back. */
  readonly archived: readonly string[];
  /** No valid names, or over the limit of discovered breakers. */
  readonly refused: readonly { readonly key: string; readonly why: 'invalid' | 'limit' }[];
  /** Every environment whose change log went on. */
  readonly heads: readonly EnvironmentHead[];
}

interface NamedRow {
  readonly key: string;
  readonly archived: boolean;
}

interface NewRow {
  readonly id: string;
  readonly key: string;
  readonly salt: string;
  readonly created_at: number;
}

export async function discoverBreakers(
  pool: Pool,
  environmentId: string,
  keys: readonly string[],
  actor: Actor,
): Promise<Discovery> {
  const unique = [...new Set(keys)];
  const valid = unique.filter((key) => breakerKeySchema.safeParse(key).success);
  const invalid = unique.filter((key) => !valid.includes(key));
  const projectId = await projectOf(pool, environmentId);
  const sorted = sort(await named(pool, projectId, valid), valid);
  // Hundreds of instances that start at once name the same breakers: only the first takes locks.
  const made =
    sorted.fresh.length === 0
      ? nothing(sorted)
      : await transaction(
          pool,
          (db) => makeFresh(db, projectId, environmentId, valid, actor),
          BULK,
        );
  return {
    ...made,
    refused: [...invalid.map((key) => ({ key, why: 'invalid' as const })), ...made.refused],
  };
}

async function named(
  db: Queryable,
  projectId: string,
  keys: readonly string[],
): Promise<NamedRow[]> {
  return rows<{ key: string; archived: boolean }>(
    db,
    `SELECT key, archived_at IS NOT NULL AS archived FROM breaker WHERE project_id = $1 AND key = ANY($2)`,
    [projectId, keys],
  );
}

interface Sorted {
  readonly known: string[];
  readonly archived: string[];
  readonly fresh: string[];
}

function sort(found: readonly NamedRow[], keys: readonly string[]): Sorted {
  const byKey = new Map(found.map((row) => [row.key, row.archived]));
  return {
    known: keys.filter((key) => byKey.get(key) === false),
    archived: keys.filter((key) => byKey.get(key) === true),
    fresh: keys.filter((key) => !byKey.has(key)).sort(),
  };
}

function nothing({ known, archived }: Sorted): Discovery {
  return { created: [], known, archived, refused: [], heads: [] };
}

async function makeFresh(
  db: Queryable,
  projectId: string,
  environmentId: string,
  keys: readonly string[],
  actor: Actor,
): Promise<Discovery> {
  const environments = await lockProject(db, projectId);
  const sorted = sort(await named(db, projectId, keys), keys);
  const room = await roomFor(db, projectId);
  const accepted = sorted.fresh.slice(0, room);
  const refused = sorted.fresh.slice(room).map((key) => ({ key, why: 'limit' as const }));
  if (accepted.length === 0) return { ...nothing(sorted), refused };
  const now = await readClock(db);
  const inserted = await insert(db, projectId, accepted, now);
  let created: readonly CommittedChange[] = [];
  const heads: EnvironmentHead[] = [];
  for (const environment of environments) {
    const written = await begin(db, environment, inserted, actor, now);
    heads.push(headAfter(environment, written.length));
    if (environment.id === environmentId) created = written;
  }
  return { created, known: sorted.known, archived: sorted.archived, refused, heads };
}

async function roomFor(db: Queryable, projectId: string): Promise<number> {
  const [row] = await rows<{ discovered: number; total: number }>(
    db,
    `SELECT (count(*) FILTER (WHERE discovered))::float8 AS discovered, count(*)::float8 AS total
     FROM breaker WHERE project_id = $1 AND archived_at IS NULL`,
    [projectId],
  );
  const { discovered = 0, total = 0 } = row ?? {};
  return Math.max(
    0,
    Math.min(LIMITS.discoveredPerEnvironment - discovered, LIMITS.breakersPerProject - total),
  );
}

function insert(
  db: Queryable,
  projectId: string,
  keys: readonly string[],
  now: Millis,
): Promise<NewRow[]> {
  return rows<NewRow & Record<string, unknown>>(
    db,
    `INSERT INTO breaker (id, project_id, key, name, salt, discovered)
     SELECT id, $1, key, key, salt, true FROM unnest($2::uuid[], $3::text[], $4::text[]) AS n(id, key, salt)
     RETURNING id, key, salt, ${millis('created_at')} AS created_at`,
    [projectId, keys.map(() => uuidv7(now)), keys, keys.map(() => newSalt())],
  );
}

function begin(
  db: Queryable,
  environment: LockedEnvironment,
  inserted: readonly NewRow[],
  actor: Actor,
  now: Millis,
): Promise<CommittedChange[]> {
  const changes = inserted.map(({ id, key, salt, created_at: createdAt }) => {
    const meta = {
      name: key,
      description: '',
      owner: '',
      tags: [],
      cohortKey: 'accountId',
      group: null,
      discovered: true,
      createdAt,
    };
    const ids = { environmentId: environment.id, breakerId: id };
    const after = {
      ...freshBreaker(ids, key, salt, meta, now),
      control: controlOf(defaultMode(environment.kind)),
    };
    const reason = 'An SDK reported this breaker, and there was none of this name.';
    return { after, action: 'breaker.discover', reason, before: null, summary: settingsOf(after) };
  });
  return writeChanges(db, environment, actor, now, changes, 'all');
}
