import type { LatencyBins, Millis } from '@recloser/core';
import type { SeriesPoint } from '@recloser/protocol';
import type { Pool } from 'pg';
import { isUuid } from '../ids.js';
import { latencyBytes, readLatencyBytes } from './latency-bytes.js';
import { millis, rows, transaction, type Queryable } from '../sql.js';
import { unknownEnvironment } from './write-changes.js';

/** The sums of one breaker over one span of one or ten seconds. */
export interface Rollup {
  readonly environmentId: string;
  readonly breaker: string;
  /** Start of the span. */
  readonly at: Millis;
  /** Its length in seconds. */
  readonly widthS: 1 | 10;
  readonly ok: number;
  readonly failures: number;
  readonly slow: number;
  readonly timeouts: number;
  readonly stalled: number;
  readonly rejected: number;
  readonly throttled: number;
  readonly localLag: number;
  /** How long a sample of the calls took; absent: not told. */
  readonly latency?: LatencyBins;
}

export interface Rollups {
  /** Writes the sums; what stood there for the same breaker, time and width is replaced, so that repeating is harmless. */
  upsert(rollups: readonly Rollup[]): Promise<void>;
  /** Sums in [from, to) per step, ascending; steps without calls are left out. `stepMs` is a multiple of 1,000. */
  series(
    environmentId: string,
    breaker: string,
    from: Millis,
    to: Millis,
    stepMs: number,
  ): Promise<readonly SeriesPoint[]>;
  /** Latencies in [from, to), merged per step as `series` sums counts; steps without any are left out. */
  latencies(
    environmentId: string,
    breaker: string,
    from: Millis,
    to: Millis,
    stepMs: number,
  ): Promise<readonly LatencyPoint[]>;
  /** The sums as they are stored, of one or ten seconds, in [from, to), ascending. */
  spans(
    environmentId: string,
    breaker: string,
    from: Millis,
    to: Millis,
  ): Promise<readonly RollupSpan[]>;
  /** The start of the latest sum written, or null: where a rollup goes on after an outage. */
  latest(environmentId: string): Promise<Millis | null>;
  /** Makes the partitions of today, by the database's clock, and of `days` after it. Returns how many were new. */
  ensurePartitions(days: number): Promise<number>;
  /**
   * Drops the oldest whole days that have ended `keepMs` ago by the database's clock, at most MOST_DAYS of them: one
   * wrong clock must not cost a month. Returns how many, and how many more there are.
   */
  dropOlderThan(keepMs: number): Promise<DroppedDays>;
}

interface DroppedDays {
  readonly dropped: number;
  readonly left: number;
}

export interface LatencyPoint {
  /** Start of the step. */
  readonly at: Millis;
  readonly bins: LatencyBins;
}

/** What was stored of one span. */
export type RollupSpan = Pick<Rollup, 'at' | 'widthS' | 'ok' | 'failures' | 'slow' | 'stalled'>;

const SUMS = [
  'ok',
  'failures',
  'slow',
  'timeouts',
  'stalled',
  'rejected',
  'throttled',
  'local_lag',
] as const;

/** $1…$4: one breaker, in [from, to). */
const OF_BREAKER = `environment_id = $1 AND breaker_key = $2
       AND at >= to_timestamp($3::float8 / 1000.0) AND at < to_timestamp($4::float8 / 1000.0)`;
/** $5: the step's length in ms. */
const STEP = `floor(${millis('at')} / $5::float8) * $5::float8`;

export function createRollups(pool: Pool): Rollups {
  return {
    upsert: (rollups) => upsert(pool, rollups),
    series: (environmentId, breaker, from, to, stepMs) =>
      series(pool, environmentId, breaker, from, to, stepMs),
    latencies: (environmentId, breaker, from, to, stepMs) =>
      latencies(pool, environmentId, breaker, from, to, stepMs),
    spans: (environmentId, breaker, from, to) => spans(pool, environmentId, breaker, from, to),
    latest: async (environmentId) => {
      const [row] = await rows<{ at: number }>(
        pool,
        `SELECT ${millis('at')} AS at FROM metric_rollup WHERE environment_id = $1 ORDER BY metric_rollup.at DESC LIMIT 1`,
        [environmentId],
      );
      return row?.at ?? null;
    },
    ensurePartitions: async (days) => {
      const [row] = await rows<{ made: number }>(
        pool,
        `SELECT recloser_ensure_rollup_partitions((clock_timestamp() AT TIME ZONE 'UTC')::date, $1) AS made`,
        [days + 1],
      );
      return row?.made ?? 0;
    },
    dropOlderThan: (keepMs) => dropOlderThan(pool, keepMs),
  };
}

/** Days dropped at once. Retention runs every ten minutes, and one day ends in a day. */
const MOST_DAYS = 2;

/** Partitions whose day has ended before $1 ms ago, the oldest first. */
const OLD_DAYS = `SELECT (to_date(right(c.relname, 8), 'YYYYMMDD') + 1)::timestamp AT TIME ZONE 'UTC' AS ended
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
  WHERE i.inhparent = 'metric_rollup'::regclass AND c.relname ~ '^metric_rollup_p[0-9]{8}$'
    AND (to_date(right(c.relname, 8), 'YYYYMMDD') + 1)::timestamp AT TIME ZONE 'UTC'
      <= clock_timestamp() - $1::float8 * interval '1 millisecond'
  ORDER BY ended`;

async function dropOlderThan(pool: Pool, keepMs: number): Promise<DroppedDays> {
  const old = await rows<{ ended: Date }>(pool, OLD_DAYS, [keepMs]);
  const cut = old.length > MOST_DAYS ? (old[MOST_DAYS - 1]?.ended ?? null) : null;
  const [row] = await rows<{ dropped: number }>(
    pool,
    `SELECT recloser_drop_rollup_partitions(
       coalesce($2::timestamptz, clock_timestamp() - $1::float8 * interval '1 millisecond')) AS dropped`,
    [keepMs, cut],
  );
  const dropped = row?.dropped ?? 0;
  return { dropped, left: old.length - dropped };
}

/** Rows that are made ready in one go: a large fleet has ten thousand in a span. */
const BATCH = 1_000;

/** All or nothing: where a rollup goes on is told by the latest row. */
async function upsert(pool: Pool, rollups: readonly Rollup[]): Promise<void> {
  if (rollups.length === 0) return;
  await transaction(pool, async (db) => {
    for (let start = 0; start < rollups.length; start += BATCH) {
      await upsertSome(db, rollups.slice(start, start + BATCH));
    }
  });
}

async function upsertSome(db: Queryable, rollups: readonly Rollup[]): Promise<void> {
  const latest = new Map(
    rollups.map((rollup) => [
      JSON.stringify([rollup.environmentId, rollup.breaker, rollup.at, rollup.widthS]),
      rollup,
    ]),
  );
  await rows(
    db,
    `INSERT INTO metric_rollup (environment_id, breaker_key, at, width_s, ${SUMS.join(', ')}, latency)
     SELECT "environmentId", breaker, to_timestamp(at / 1000.0), "widthS", ok, failures, slow, timeouts, stalled,
       rejected, throttled, "localLag", decode(latency, 'base64')
     FROM json_to_recordset($1::json) AS n("environmentId" uuid, breaker text, at float8, "widthS" int, ok bigint,
       failures bigint, slow bigint, timeouts bigint, stalled bigint, rejected bigint, throttled bigint,
       "localLag" bigint, latency text)
     ORDER BY "environmentId", breaker, at, "widthS"
     ON CONFLICT (environment_id, breaker_key, at, width_s) DO UPDATE SET
       ${[...SUMS, 'latency'].map((column) => `${column} = excluded.${column}`).join(', ')}`,
    [
      JSON.stringify(
        [...latest.values()].map(({ latency = [], ...rollup }) => ({
          ...rollup,
          latency: latencyBytes(latency)?.toString('base64'),
        })),
      ),
    ],
  );
}

async function series(
  pool: Pool,
  environmentId: string,
  breaker: string,
  from: Millis,
  to: Millis,
  stepMs: number,
): Promise<SeriesPoint[]> {
  if (!isUuid(environmentId)) throw unknownEnvironment(environmentId);
  // Sums of ten seconds are all that a healthy span has; a step shorter than that shows them at their start.
  return rows<SeriesPoint & Record<string, unknown>>(
    pool,
    `SELECT ${STEP} AS at, sum(ok)::float8 AS ok,
       sum(failures)::float8 AS failures, sum(rejected)::float8 AS rejected, sum(slow)::float8 AS slow,
       sum(timeouts)::float8 AS timeouts, sum(stalled)::float8 AS stalled, sum(throttled)::float8 AS throttled,
       sum(local_lag)::float8 AS "localLag"
     FROM metric_rollup
     WHERE ${OF_BREAKER}
     GROUP BY 1 ORDER BY 1`,
    [environmentId, breaker, from, to, stepMs],
  );
}

async function latencies(
  pool: Pool,
  environmentId: string,
  breaker: string,
  from: Millis,
  to: Millis,
  stepMs: number,
): Promise<LatencyPoint[]> {
  if (!isUuid(environmentId)) throw unknownEnvironment(environmentId);
  const found = await rows<{ at: number; bytes: Buffer }>(
    pool,
    `SELECT ${STEP} AS at, string_agg(latency, ''::bytea) AS bytes
     FROM metric_rollup
     WHERE ${OF_BREAKER} AND latency IS NOT NULL
     GROUP BY 1 ORDER BY 1`,
    [environmentId, breaker, from, to, stepMs],
  );
  return found.map(({ at, bytes }) => ({ at, bins: readLatencyBytes(bytes) }));
}

async function spans(
  pool: Pool,
  environmentId: string,
  breaker: string,
  from: Millis,
  to: Millis,
): Promise<RollupSpan[]> {
  if (!isUuid(environmentId)) throw unknownEnvironment(environmentId);
  return rows<RollupSpan & Record<string, unknown>>(
    pool,
    `SELECT ${millis('at')} AS at, width_s AS "widthS", ok::float8, failures::float8, slow::float8, stalled::float8
     FROM metric_rollup
     WHERE ${OF_BREAKER}
     ORDER BY metric_rollup.at`,
    [environmentId, breaker, from, to],
  );
}
