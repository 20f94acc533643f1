import type { Millis } from '@recloser/core';
import {
  LIMITS,
  RecloserError,
  schedulePlanSchema,
  type Actor,
  type SchedulePlan,
} from '@recloser/protocol';
import { isDeepStrictEqual } from 'node:util';
import type { Pool } from 'pg';
import { isUuid } from '../ids.js';
import type { EnvironmentHead } from '../rows/model.js';
import { millis, NOW, readClock, rows, transaction, type Queryable } from '../sql.js';
import type { RowReader } from '../rows/row-reader.js';
import { auditSettings, assertCapacity, assertRevision } from './keyed-settings.js';
import {
  headAfter,
  lockEnvironment,
  unknownEnvironment,
  type LockedEnvironment,
} from '../breakers/write-changes.js';

export interface StoredSchedule {
  readonly environmentId: string;
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly plan: SchedulePlan;
  /** +1 on every edit. */
  readonly revision: number;
  /** When the window that was begun last was due; null: none since the last edit. */
  readonly appliedAt: Millis | null;
  readonly createdAt: Millis;
  readonly updatedAt: Millis;
  /** The database's clock when it was read. */
  readonly now: Millis;
}

export interface NewSchedule {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly plan: SchedulePlan;
  readonly reason: string;
}

/** What is left out stays as it is. */
export interface ScheduleEdit {
  /** The revision that the editor saw. */
  readonly expectedRevision: number;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly plan?: SchedulePlan | undefined;
  readonly reason: string;
}

/** What a worker has seen to: said of one revision, so that an edit meanwhile is looked at again. */
interface SeenTo {
  readonly appliedAt: Millis | null;
  /** When to look again; null: never. */
  readonly nextAt: Millis | null;
}

export interface Schedules {
  /** By key, those that can be read. @throws RecloserError `unknown_environment` */
  list(environmentId: string): Promise<readonly StoredSchedule[]>;
  /** @throws RecloserError `unknown_schedule`, `corrupt_row` */
  get(environmentId: string, key: string): Promise<StoredSchedule>;
  /** @throws RecloserError `already_exists`, `limit_reached` */
  create(environmentId: string, actor: Actor, schedule: NewSchedule): Promise<EnvironmentHead>;
  /**
   * A window that is on is begun again with the new plan, and ends at its new end.
   * @throws RecloserError `unknown_schedule`, `version_conflict` with `{ expected, actual }`
   */
  edit(
    environmentId: string,
    actor: Actor,
    key: string,
    edit: ScheduleEdit,
  ): Promise<EnvironmentHead>;
  /** What it has opened or dimmed stays so until its end. @throws RecloserError `unknown_schedule` */
  remove(
    environmentId: string,
    actor: Actor,
    key: string,
    reason: string,
  ): Promise<EnvironmentHead>;
  /** Those that have to be looked at by now and can be read, of all environments. */
  due(limit: number): Promise<readonly StoredSchedule[]>;
  markProcessed(schedule: StoredSchedule, seen: SeenTo): Promise<void>;
}

export function createSchedules(pool: Pool, reader: RowReader): Schedules {
  return {
    list: async (environmentId) => {
      if (!isUuid(environmentId)) throw unknownEnvironment(environmentId);
      const where = 'environment_id = $1 ORDER BY key COLLATE "C"';
      return reader.read(await select(pool, where, [environmentId]), readSchedule);
    },
    get: (environmentId, key) => find(pool, environmentId, key),
    create: (environmentId, actor, schedule) =>
      transaction(pool, (db) => createScheduleIn(db, environmentId, actor, schedule)),
    edit: (environmentId, actor, key, edit) =>
      transaction(pool, (db) => editScheduleIn(db, environmentId, actor, key, edit)),
    remove: (environmentId, actor, key, reason) =>
      transaction(pool, (db) => removeScheduleIn(db, environmentId, actor, key, reason)),
    due: async (limit) => {
      const where = 'next_at <= statement_timestamp() ORDER BY next_at LIMIT $1';
      return reader.read(await select(pool, where, [limit]), readSchedule);
    },
    markProcessed: (schedule, seen) => markProcessed(pool, schedule, seen),
  };
}

const COLUMNS = `environment_id AS "environmentId", key, name, description, plan, revision,
  ${millis('applied_at')} AS "appliedAt", ${millis('created_at')} AS "createdAt",
  ${millis('updated_at')} AS "updatedAt", ${NOW} AS now`;

type ScheduleRow = Omit<StoredSchedule, 'plan'> & Record<string, unknown>;

function select(db: Queryable, where: string, values: unknown[]): Promise<ScheduleRow[]> {
  return rows<ScheduleRow>(db, `SELECT ${COLUMNS} FROM schedule WHERE ${where}`, values);
}

/**
 * A plan with something unknown in it is not read by halves: a window that opens a breaker had better wait for the
 * version that wrote it.
 */
function readSchedule(row: ScheduleRow): StoredSchedule {
  const plan = schedulePlanSchema.safeParse(row['plan']);
  if (plan.success) return { ...row, plan: plan.data };
  throw new RecloserError(
    'corrupt_row',
    `Schedule "${row.key}" in environment ${row.environmentId} cannot be read: ${plan.error.issues[0]?.message ?? ''}. ` +
      'Upgrade this process if a newer one wrote it; or restore this row of schedule from a backup, or remove it.',
    { schedule: row.key, environment: row.environmentId },
  );
}

/** All of an environment, by key. @throws RecloserError `corrupt_row` */
export async function readSchedules(
  db: Queryable,
  environmentId: string,
): Promise<readonly StoredSchedule[]> {
  const where = 'environment_id = $1 ORDER BY key COLLATE "C"';
  return (await select(db, where, [environmentId])).map(readSchedule);
}

async function find(db: Queryable, environmentId: string, key: string): Promise<StoredSchedule> {
  const [found] = isUuid(environmentId)
    ? await select(db, 'environment_id = $1 AND key = $2', [environmentId, key])
    : [];
  if (found !== undefined) return readSchedule(found);
  const message = `There is no schedule "${key}" in this environment. See the list, or create it.`;
  throw new RecloserError('unknown_schedule', message, { schedule: key });
}

/** `create` within the caller's transaction. */
export async function createScheduleIn(
  db: Queryable,
  environmentId: string,
  actor: Actor,
  { key, name, description, plan, reason }: NewSchedule,
): Promise<EnvironmentHead> {
  const environment = await lockEnvironment(db, environmentId);
  const known = await rows<{ key: string }>(
    db,
    `SELECT key FROM schedule WHERE environment_id = $1`,
    [environmentId],
  );
  assertCapacity(key, {
    kind: 'schedule',
    known: known.map((one) => one.key),
    limit: LIMITS.schedulesPerEnvironment,
    spare: 'over',
  });
  await rows(
    db,
    `INSERT INTO schedule (environment_id, key, name, description, plan) VALUES ($1, $2, $3, $4, $5)`,
    [environmentId, key, name, description, JSON.stringify(plan)],
  );
  const after = { key, name, description, plan, revision: 1 };
  return audit(db, environment, { actor, action: 'schedule.create', reason, before: null, after });
}

/** `edit` within the caller's transaction. */
export async function editScheduleIn(
  db: Queryable,
  environmentId: string,
  actor: Actor,
  key: string,
  edit: ScheduleEdit,
): Promise<EnvironmentHead> {
  const environment = await lockEnvironment(db, environmentId);
  const before = await find(db, environmentId, key);
  assertRevision(before, edit.expectedRevision);
  const { name = before.name, description = before.description, plan = before.plan } = edit;
  const revision = before.revision + 1;
  // A window that is on begins anew with another plan, and with it alone: what people have done since stays done.
  const isSamePlan = isDeepStrictEqual(plan, before.plan);
  await rows(
    db,
    `UPDATE schedule SET name = $3, description = $4, plan = $5, revision = $6,
       applied_at = CASE WHEN $7 THEN applied_at END, next_at = statement_timestamp(), updated_at = statement_timestamp()
     WHERE environment_id = $1 AND key = $2`,
    [environmentId, key, name, description, JSON.stringify(plan), revision, isSamePlan],
  );
  const after = { key, name, description, plan, revision };
  const change = { actor, action: 'schedule.edit', reason: edit.reason };
  return audit(db, environment, { ...change, before: settingsOf(before), after });
}

/** `remove` within the caller's transaction. */
export async function removeScheduleIn(
  db: Queryable,
  environmentId: string,
  actor: Actor,
  key: string,
  reason: string,
): Promise<EnvironmentHead> {
  const environment = await lockEnvironment(db, environmentId);
  const before = await find(db, environmentId, key);
  await rows(db, `DELETE FROM schedule WHERE environment_id = $1 AND key = $2`, [
    environmentId,
    key,
  ]);
  const change = { actor, action: 'schedule.remove', reason };
  return audit(db, environment, { ...change, before: settingsOf(before), after: null });
}

function settingsOf({ key, name, description, plan, revision }: StoredSchedule): object {
  return { key, name, description, plan, revision };
}

async function audit(
  db: Queryable,
  environment: LockedEnvironment,
  change: Omit<Parameters<typeof auditSettings>[2], 'at'>,
): Promise<EnvironmentHead> {
  const at = await readClock(db);
  return headAfter(await auditSettings(db, environment, { ...change, at }), 0);
}

async function markProcessed(
  pool: Pool,
  { environmentId, key, revision }: StoredSchedule,
  { appliedAt, nextAt }: SeenTo,
): Promise<void> {
  await rows(
    pool,
    `UPDATE schedule SET applied_at = to_timestamp($4::float8 / 1000.0), next_at = to_timestamp($5::float8 / 1000.0)
     WHERE environment_id = $1 AND key = $2 AND revision = $3`,
    [environmentId, key, revision, appliedAt, nextAt],
  );
}
