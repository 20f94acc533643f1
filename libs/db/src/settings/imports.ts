import type { Actor } from '@recloser/protocol';
import type { Pool, PoolClient } from 'pg';
import { BREAKER_COLUMNS, readBreaker } from '../breakers/breaker-row.js';
import type { EnvironmentHead, LoadedBreaker } from '../rows/model.js';
import { BULK, readPagesIn, rows, transaction, type Queryable } from '../sql.js';
import { archiveBreakersIn } from '../breakers/breaker-archive.js';
import { createBreakersIn, type NewBreaker } from '../breakers/breaker-create.js';
import { editBreakersIn, type KeyedBreakerEdit } from '../breakers/breaker-edit.js';
import { defaultMode, projectOf } from '../breakers/breaker-rows.js';
import {
  editCorrelatedIn,
  readCorrelated,
  type CorrelatedEdit,
  type StoredCorrelated,
} from '../breakers/openings.js';
import {
  createScheduleIn,
  editScheduleIn,
  readSchedules,
  removeScheduleIn,
  type NewSchedule,
  type ScheduleEdit,
  type StoredSchedule,
} from './schedules.js';
import { readSegments, type StoredSegment } from './segment-rows.js';
import {
  createSegmentIn,
  editSegmentIn,
  removeSegmentIn,
  type NewSegment,
  type SegmentEdit,
} from './segments.js';
import { lockProject, unknownEnvironment } from '../breakers/write-changes.js';

/** What an environment holds, locked, when a plan is made. */
export interface EnvironmentSettings {
  readonly breakers: readonly LoadedBreaker[];
  readonly segments: readonly StoredSegment[];
  readonly schedules: readonly StoredSchedule[];
  readonly settings: StoredCorrelated;
}

interface Stamped {
  readonly key: string;
  readonly revision: number;
}

/** What changes whenever an environment's settings do. */
export interface SettingsStamp {
  readonly breakers: readonly Stamped[];
  readonly segments: readonly Stamped[];
  readonly schedules: readonly Stamped[];
  readonly settings: Pick<StoredCorrelated, 'revision'>;
}

/** What is to be done, in this order. */
export interface ImportPlan {
  /** null: the environment's own settings stay as they are. */
  readonly settings: CorrelatedEdit | null;
  readonly newSegments: readonly NewSegment[];
  readonly segmentEdits: readonly (SegmentEdit & { readonly key: string })[];
  /** Their mode is the one of a breaker nobody has decided about: an import alone blocks nothing in production. */
  readonly newBreakers: readonly NewBreaker[];
  readonly breakerEdits: readonly KeyedBreakerEdit[];
  readonly newSchedules: readonly NewSchedule[];
  readonly scheduleEdits: readonly (ScheduleEdit & { readonly key: string })[];
  /** Keys of what is not to be there any more; nothing unless somebody asked for it. */
  readonly pruned: PrunedKeys;
  /** For the audit events of what is pruned. */
  readonly reason: string;
}

interface PrunedKeys {
  /** Archived, in every environment of the project. */
  readonly breakers: readonly string[];
  readonly segments: readonly string[];
  readonly schedules: readonly string[];
}

export interface Imported<Plan> {
  readonly plan: Plan;
  /** Every environment whose change log went on; none after a dry run. */
  readonly heads: readonly EnvironmentHead[];
}

export interface Imports {
  /** What there is to export. @throws RecloserError `unknown_environment` */
  read(environmentId: string): Promise<EnvironmentSettings>;
  /**
   * Does all of a plan, or nothing, in one transaction. A dry run does it too and rolls it back, so that it finds every reason
   * why the real one would be refused. `plan` gets the stamp of what there is now, under the lock.
   * @throws RecloserError what `plan` throws, or why one of its steps cannot be done
   */
  run<Plan extends ImportPlan>(
    environmentId: string,
    actor: Actor,
    plan: (now: SettingsStamp) => Plan,
    dryRun: boolean,
  ): Promise<Imported<Plan>>;
}

export function createImports(pool: Pool): Imports {
  return {
    read: (environmentId) =>
      transaction(
        pool,
        async (db) => readSettings(db, environmentId, await projectOf(db, environmentId)),
        BULK,
      ),
    run: (environmentId, actor, plan, dryRun) => run(pool, environmentId, actor, plan, dryRun),
  };
}

/** Carries the result of a dry run past the transaction that it rolls back. */
class RolledBack<Plan> extends Error {
  readonly plan: Plan;

  constructor(plan: Plan) {
    super('A dry run leaves nothing behind.');
    this.plan = plan;
  }
}

async function run<Plan extends ImportPlan>(
  pool: Pool,
  environmentId: string,
  actor: Actor,
  makePlan: (now: SettingsStamp) => Plan,
  dryRun: boolean,
): Promise<Imported<Plan>> {
  try {
    return await transaction(
      pool,
      async (db) => {
        const projectId = await projectOf(db, environmentId);
        const environments = await lockProject(db, projectId);
        const here = environments.find(({ id }) => id === environmentId);
        if (here === undefined) throw unknownEnvironment(environmentId);
        const plan = makePlan(await readStamp(db, environmentId, projectId));
        const heads = await carryOut(db, environmentId, actor, plan, here.kind);
        if (dryRun) throw new RolledBack(plan);
        return { plan, heads: [...new Map(heads.map((head) => [head.id, head])).values()] };
      },
      BULK,
    );
  } catch (error) {
    if (error instanceof RolledBack) return { plan: error.plan as Plan, heads: [] };
    throw error;
  }
}

async function carryOut(
  db: Queryable,
  environmentId: string,
  actor: Actor,
  plan: ImportPlan,
  kind: string,
): Promise<EnvironmentHead[]> {
  const heads: EnvironmentHead[] = [];
  if (plan.settings !== null) await editCorrelatedIn(db, environmentId, actor, plan.settings);
  for (const segment of plan.newSegments) {
    heads.push(await createSegmentIn(db, environmentId, actor, segment));
  }
  for (const { key, ...edit } of plan.segmentEdits) {
    heads.push(await editSegmentIn(db, environmentId, actor, key, edit));
  }
  for (const some of batchesOf(plan.newBreakers)) {
    const inputs = some.map((breaker) => ({ ...breaker, mode: defaultMode(kind) }));
    heads.push(...(await createBreakersIn(db, environmentId, actor, inputs)).heads);
  }
  for (const edits of batchesOf(plan.breakerEdits)) {
    heads.push(...(await editBreakersIn(db, environmentId, actor, edits)).heads);
  }
  for (const schedule of plan.newSchedules) {
    heads.push(await createScheduleIn(db, environmentId, actor, schedule));
  }
  for (const { key, ...edit } of plan.scheduleEdits) {
    heads.push(await editScheduleIn(db, environmentId, actor, key, edit));
  }
  return [...heads, ...(await prune(db, environmentId, actor, plan))];
}

/** Last: rules that are kept no longer name what goes. */
async function prune(
  db: Queryable,
  environmentId: string,
  actor: Actor,
  { pruned, reason }: ImportPlan,
): Promise<EnvironmentHead[]> {
  const heads: EnvironmentHead[] = [];
  for (const key of pruned.schedules) {
    heads.push(await removeScheduleIn(db, environmentId, actor, key, reason));
  }
  for (const keys of batchesOf(pruned.breakers)) {
    heads.push(...(await archiveBreakersIn(db, environmentId, actor, keys, reason)).heads);
  }
  for (const key of pruned.segments) {
    heads.push(await removeSegmentIn(db, environmentId, actor, key, reason));
  }
  return heads;
}

/** Breakers that are written in one turn of the event loop. */
const BATCH = 25;

function batchesOf<T>(items: readonly T[]): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / BATCH);
  return Array.from({ length: count }, (_, i) => items.slice(i * BATCH, (i + 1) * BATCH));
}

async function readSettings(
  db: PoolClient,
  environmentId: string,
  projectId: string,
): Promise<EnvironmentSettings> {
  const breakers = await readPagesIn<Record<string, unknown>, LoadedBreaker>(
    db,
    `SELECT ${BREAKER_COLUMNS} FROM breaker b JOIN breaker_state s ON s.breaker_id = b.id
     WHERE s.environment_id = $1 AND b.project_id = $2 AND b.archived_at IS NULL ORDER BY b.key COLLATE "C"`,
    [environmentId, projectId],
    (page) => page.map(readBreaker),
  );
  return {
    breakers,
    segments: await readSegments(db, environmentId),
    schedules: await readSchedules(db, environmentId),
    settings: await readCorrelated(db, environmentId),
  };
}

async function readStamp(
  db: PoolClient,
  environmentId: string,
  projectId: string,
): Promise<SettingsStamp> {
  return {
    breakers: await rows<StampRow>(
      db,
      `SELECT b.key, s.revision FROM breaker b JOIN breaker_state s ON s.breaker_id = b.id
       WHERE s.environment_id = $1 AND b.project_id = $2 AND b.archived_at IS NULL ORDER BY b.key COLLATE "C"`,
      [environmentId, projectId],
    ),
    segments: await rows<StampRow>(
      db,
      `SELECT key, revision FROM segment WHERE environment_id = $1 ORDER BY key COLLATE "C"`,
      [environmentId],
    ),
    schedules: await rows<StampRow>(
      db,
      `SELECT key, revision FROM schedule WHERE environment_id = $1 ORDER BY key COLLATE "C"`,
      [environmentId],
    ),
    settings: await readCorrelated(db, environmentId),
  };
}

type StampRow = Stamped & Record<string, unknown>;
