import type { BreakerView, Millis, TransitionCause } from '@recloser/core';
import type { Actor } from '@recloser/protocol';
import type { Pool } from 'pg';
import { isUuid } from '../ids.js';
import { BREAKER_COLUMNS, readBreaker } from './breaker-row.js';
import { commitIn } from './commit-states.js';
import type { CommittedChange, Decision, LoadedBreaker, LockedBreaker } from '../rows/model.js';
import type { RowReader } from '../rows/row-reader.js';
import { millis, NOW, readPages, rows, transaction } from '../sql.js';
import { unknownBreaker } from './breaker-rows.js';
import { unknownEnvironment } from './write-changes.js';

/** What one commit did. */
export interface CommitResult {
  readonly environmentId: string;
  readonly epoch: string;
  /** The environment's seq afterwards. */
  readonly seq: number;
  /** The database's clock that `decide` got. */
  readonly now: Millis;
  readonly changes: readonly CommittedChange[];
  /** Keys asked for that there are no breakers for (any more). */
  readonly missing: readonly string[];
}

/** A breaker's state has changed, and the change is stored. */
export interface CommittedTransition {
  readonly project: string;
  readonly environment: string;
  readonly breaker: string;
  readonly cause: TransitionCause;
}

/** Told of each transition that this process has committed, after it is stored. Must not throw. */
export type OnTransition = (transition: CommittedTransition) => void;

export interface Snapshot {
  readonly epoch: string;
  readonly seq: number;
  readonly now: Millis;
  readonly breakers: readonly BreakerView[];
}

export interface DueBreaker {
  readonly environmentId: string;
  readonly breaker: string;
  /** For how long its time has come, in ms. */
  readonly waitedMs: Millis;
}

/** Asked for anew with `seq`: a breaker that has changed since keeps its own time. */
export interface NextEvaluation {
  readonly key: string;
  readonly seq: number;
  readonly dueAt: Millis | null;
}

export interface States {
  /**
   * The one way to change a state. Locks the environment and then the breakers, calls `decide` for each with what is
   * stored now, and writes states, change log and audit events with gapless seqs, in key order. What `decide` throws
   * rolls everything back and is thrown on.
   * @throws RecloserError `unknown_environment`, `corrupt_row`, `unavailable`
   */
  commit(
    environmentId: string,
    actor: Actor,
    breakerKeys: readonly string[],
    decide: (locked: LockedBreaker, now: Millis) => Decision,
  ): Promise<CommitResult>;
  /**
   * Breakers whose time has come by the database's clock, or will within `aheadMs`: the longest overdue first, and none of
   * the environments `except`.
   */
  due(limit: number, except?: readonly string[], aheadMs?: number): Promise<readonly DueBreaker[]>;
  /** Sets when to look again, without a lock on the environment and without a trace. */
  reschedule(environmentId: string, nextEvaluations: readonly NextEvaluation[]): Promise<void>;
  /** The environment's breakers, or those named that there are and can be read, by key. */
  load(environmentId: string, keys?: readonly string[]): Promise<readonly LoadedBreaker[]>;
  /** One of them. @throws RecloserError `unknown_breaker`, `corrupt_row` */
  get(environmentId: string, key: string): Promise<LoadedBreaker>;
  /** The views of all that can be read, with the seq that they stand at, read at one moment. @throws RecloserError `unknown_environment` */
  snapshot(environmentId: string): Promise<Snapshot>;
}

export function createStates(
  pool: Pool,
  reader: RowReader,
  onTransition: OnTransition = () => undefined,
): States {
  return {
    commit: async (...commit) => {
      const { result, transitions } = await transaction(pool, (db) => commitIn(db, ...commit));
      transitions.forEach(onTransition);
      return result;
    },
    due: async (limit, except = [], aheadMs = 0) =>
      rows<DueBreaker>(
        pool,
        `SELECT s.environment_id AS "environmentId", b.key AS breaker,
           extract(epoch FROM statement_timestamp() - s.due_at)::float8 * 1000 AS "waitedMs"
         FROM breaker_state s JOIN breaker b ON b.id = s.breaker_id
         WHERE s.due_at <= statement_timestamp() + $3::float8 * interval '1 ms' AND b.archived_at IS NULL AND s.environment_id <> ALL($2::uuid[])
         ORDER BY s.due_at LIMIT $1`,
        [limit, except, aheadMs],
      ),
    reschedule: (environmentId, nextEvaluations) =>
      reschedule(pool, environmentId, nextEvaluations),
    load: (environmentId, keys) => load(pool, reader, environmentId, keys),
    get: async (environmentId, key) => {
      const [row] = await loadNamed(pool, environmentId, [key]);
      if (row === undefined) throw unknownBreaker(key);
      return readBreaker(row);
    },
    snapshot: (environmentId) => snapshot(pool, reader, environmentId),
  };
}

async function reschedule(
  pool: Pool,
  environmentId: string,
  nextEvaluations: readonly NextEvaluation[],
): Promise<void> {
  if (nextEvaluations.length === 0) return;
  const sorted = [...nextEvaluations].sort((a, b) => (a.key < b.key ? -1 : 1));
  await rows(
    pool,
    `WITH target AS (
       SELECT s.breaker_id, l.due_at FROM unnest($2::text[], $3::bigint[], $4::float8[]) AS l(key, seq, due_at)
       JOIN breaker b ON b.key = l.key
       JOIN breaker_state s ON s.breaker_id = b.id AND s.environment_id = $1 AND s.seq = l.seq
       WHERE b.archived_at IS NULL AND ${millis('s.due_at')} IS DISTINCT FROM l.due_at
       ORDER BY b.key COLLATE "C" FOR NO KEY UPDATE OF s
     )
     UPDATE breaker_state s SET due_at = to_timestamp(t.due_at / 1000.0)
     FROM target t WHERE s.environment_id = $1 AND s.breaker_id = t.breaker_id`,
    [
      environmentId,
      sorted.map((next) => next.key),
      sorted.map((next) => next.seq),
      sorted.map((next) => next.dueAt),
    ],
  );
}

const LOAD = `SELECT ${BREAKER_COLUMNS} FROM breaker_state s JOIN breaker b ON b.id = s.breaker_id
  WHERE s.environment_id = $1 AND b.archived_at IS NULL AND ($2::text[] IS NULL OR b.key = ANY($2))
  ORDER BY b.key COLLATE "C"`;
/** So many are read at once. */
const FEW = 200;

type Row = Record<string, unknown>;

async function load(
  pool: Pool,
  reader: RowReader,
  environmentId: string,
  keys?: readonly string[],
): Promise<readonly LoadedBreaker[]> {
  if (keys !== undefined && keys.length <= FEW) {
    return reader.read(await loadNamed(pool, environmentId, keys), readBreaker);
  }
  if (!isUuid(environmentId)) throw unknownEnvironment(environmentId);
  return readPages<Row, LoadedBreaker>(pool, LOAD, [environmentId, keys ?? null], (page) =>
    reader.read(page, readBreaker),
  );
}

async function loadNamed(
  pool: Pool,
  environmentId: string,
  keys: readonly string[],
): Promise<Row[]> {
  if (!isUuid(environmentId)) throw unknownEnvironment(environmentId);
  return rows(pool, LOAD, [environmentId, keys]);
}

async function snapshot(pool: Pool, reader: RowReader, environmentId: string): Promise<Snapshot> {
  if (!isUuid(environmentId)) throw unknownEnvironment(environmentId);
  let head: SnapshotRow | null = null;
  // One statement sees one moment; an environment without breakers is one row of nulls.
  const breakers = await readPages<SnapshotRow, BreakerView>(
    pool,
    `SELECT e.epoch, e.seq::float8 AS head, ${NOW} AS clock, x.* FROM environment e
     LEFT JOIN LATERAL (
       SELECT ${BREAKER_COLUMNS} FROM breaker_state s JOIN breaker b ON b.id = s.breaker_id
       WHERE s.environment_id = e.id AND b.archived_at IS NULL
     ) x ON true
     WHERE e.id = $1 ORDER BY x.key COLLATE "C"`,
    [environmentId],
    (page) => {
      head ??= page[0] ?? null;
      const there = page.filter((row) => row.key !== null);
      return reader.read(there, readBreaker).map(({ view }) => view);
    },
  );
  return { ...headOf(head, environmentId), breakers };
}

interface SnapshotRow extends Row {
  readonly epoch: string;
  readonly head: number;
  readonly clock: number;
  readonly key: string | null;
}

function headOf(row: SnapshotRow | null, environmentId: string): Omit<Snapshot, 'breakers'> {
  if (row === null) throw unknownEnvironment(environmentId);
  return { epoch: row.epoch, seq: row.head, now: row.clock };
}
