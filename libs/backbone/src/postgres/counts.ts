import { BUCKET_MS, type Millis } from '@recloser/core';
import type { SignalBatch } from '@recloser/protocol';
import type { Pool } from 'pg';
import {
  bucketRange,
  CENSUS_TTL_MS,
  type StatisticsEntry,
  countsOf,
  sumStatistics,
} from '../evidence.js';
import { type Part, partsOf } from '../parts.js';
import type { BucketSeries, SecondSum, WindowQuery, WindowSum } from '../ports.js';
import { readPages } from './read-pages.js';
import { CLOCK, COUNT_COLUMNS, SIGNALS_SCHEMA } from './schema.js';

const columns = COUNT_COLUMNS.join(', ');
const arrays = COUNT_COLUMNS.map((_, index) => `$${index + 6}::float8[]`).join(', ');
/** The number of the first parameter after the arrays of counts. */
const AFTER_COUNTS = 6 + COUNT_COLUMNS.length;
const added = COUNT_COLUMNS.map((column) => `${column} = b.${column} + excluded.${column}`);
const sums = COUNT_COLUMNS.map((column) => `coalesce(sum(b.${column}), 0)`).join(', ');

/**
 * Rows are written in key order, so that two appends of one hub cannot wait for each other in a circle. Marks come
 * last: other hubs want the same rows, and they are held until the commit. A mark that is there already is written
 * again, as otherwise it could be taken before these counts can be seen.
 */
const APPEND = {
  name: 'recloser-append',
  text: `
WITH counted AS (
  INSERT INTO ${SIGNALS_SCHEMA}.bucket AS b
    (environment_id, hub_id, breaker, version, bucket, ${columns})
  SELECT $1, $2, r.*
  FROM unnest($3::text[], $4::integer[], $5::bigint[], ${arrays})
    AS r (breaker, version, bucket, ${columns})
  ORDER BY r.breaker COLLATE "C", r.version, r.bucket
  ON CONFLICT (environment_id, breaker, version, bucket, hub_id) DO UPDATE SET ${added.join(', ')}
  RETURNING 1
), seen AS (
  INSERT INTO ${SIGNALS_SCHEMA}.census AS c (environment_id, hub_id, breaker, at, entries)
  SELECT $1, $2, r.breaker, ${CLOCK}, r.entries
  FROM unnest($${AFTER_COUNTS}::text[], string_to_array($${AFTER_COUNTS + 1}, E'\\n')) AS r (breaker, entries)
  ORDER BY r.breaker COLLATE "C"
  ON CONFLICT (environment_id, breaker, hub_id)
    DO UPDATE SET at = excluded.at, entries = excluded.entries
  RETURNING 1
)
INSERT INTO ${SIGNALS_SCHEMA}.dirty AS d (environment_id, breaker, marked_at)
SELECT $1, r.breaker, ${CLOCK}
FROM unnest($${AFTER_COUNTS + 2}::text[]) AS r (breaker)
WHERE (SELECT count(*) FROM counted) + (SELECT count(*) FROM seen) >= 0
ORDER BY r.breaker COLLATE "C"
ON CONFLICT (environment_id, breaker) DO UPDATE SET marked_at = d.marked_at`,
};

/** Rows in one statement: with all of a large fleet's in one, a busy server would not end it in time. */
const PART_ROWS = 5_000;

export async function append(pool: Pool, batch: SignalBatch): Promise<void> {
  for (const part of partsOf(batch, PART_ROWS)) await appendPart(pool, batch, part);
}

async function appendPart(
  pool: Pool,
  { environmentId, hubId }: SignalBatch,
  { rows, census, marks }: Part,
): Promise<void> {
  await pool.query({
    ...APPEND,
    values: [
      environmentId,
      hubId,
      rows.map((row) => row.breaker),
      rows.map((row) => row.version),
      rows.map((row) => row.bucket),
      ...COUNT_COLUMNS.map((_, index) => rows.map((row) => row.counts[index] ?? 0)),
      census.map(([breaker]) => breaker),
      // JSON has no line breaks of its own, and one text is far cheaper to send than an array of them.
      census.map(([, entries]) => JSON.stringify(entries)).join('\n'),
      marks,
    ],
  });
}

const WINDOWS = {
  name: 'recloser-windows',
  text: `
SELECT s.*,
  CASE WHEN q.leads THEN (
    SELECT string_agg(c.entries, ',') FROM ${SIGNALS_SCHEMA}.census c
    WHERE c.environment_id = $1 AND c.breaker = q.breaker AND c.at > $7::bigint
  ) END AS census,
  CASE WHEN q.run THEN (
    SELECT ARRAY[coalesce(sum(b.failures), 0), min(b.bucket) FILTER (WHERE b.failures > 0) * ${BUCKET_MS}]
    FROM ${SIGNALS_SCHEMA}.bucket b
    WHERE b.environment_id = $1 AND b.breaker = q.breaker AND b.version = q.version
      AND b.bucket BETWEEN greatest(q.first, s."lastOk" + 1) AND $6::bigint
  ) END AS run,
  CASE WHEN q.series AND s."firstBad" IS NOT NULL THEN (
    SELECT string_agg(t.line, ',' ORDER BY t.bucket) FROM (
      SELECT b.bucket, concat_ws(',', b.bucket * ${BUCKET_MS}, sum(b.ok + b.failures), sum(b.failures),
        sum(b.slow), sum(b.local_lag)) AS line
      FROM ${SIGNALS_SCHEMA}.bucket b
      WHERE b.environment_id = $1 AND b.breaker = q.breaker AND b.version = q.version
        AND b.bucket BETWEEN s."firstBad" AND $6::bigint
      GROUP BY b.bucket HAVING sum(b.ok + b.failures + b.local_lag) > 0
    ) t
  ) END AS series
FROM unnest($2::text[], $3::integer[], $4::bigint[], $5::boolean[], $8::boolean[], $9::boolean[]) WITH ORDINALITY
  AS q (breaker, version, first, leads, run, series, place)
CROSS JOIN LATERAL (
  SELECT ARRAY[${sums}] AS counts,
    (count(DISTINCT b.bucket) FILTER (WHERE b.failures > 0))::integer AS "failingBuckets",
    (min(b.bucket) FILTER (WHERE b.failures > 0) * ${BUCKET_MS})::float8 AS "firstFailureAt",
    (max(b.bucket) FILTER (WHERE b.failures > 0) * ${BUCKET_MS})::float8 AS "lastFailureAt",
    max(b.bucket) FILTER (WHERE b.ok > 0) AS "lastOk",
    (count(DISTINCT b.bucket) FILTER (WHERE b.failures + b.local_lag > 0))::integer AS troubled,
    min(b.bucket) FILTER (WHERE b.failures + b.local_lag + b.slow > 0) AS "firstBad"
  FROM ${SIGNALS_SCHEMA}.bucket b
  WHERE b.environment_id = $1 AND b.breaker = q.breaker AND b.version = q.version
    AND b.bucket BETWEEN q.first AND $6::bigint
) s
ORDER BY q.place`,
};

interface WindowRow {
  readonly counts: number[];
  readonly failingBuckets: number;
  readonly firstFailureAt: Millis | null;
  readonly lastFailureAt: Millis | null;
  /** Buckets with a failure or a timeout that was left out for a stall. */
  readonly troubled: number;
  /** Failures and the start of their first bucket; null when not asked for. */
  readonly run: readonly [number, Millis | null] | null;
  /** Start, calls, failures, slow calls and left-out timeouts of each bucket, with commas between; null: none asked for. */
  readonly series: string | null;
  /** JSON arrays of entries with commas between; only for the first query of a breaker. */
  readonly census: string | null;
}

export async function windows(
  pool: Pool,
  environmentId: string,
  queries: readonly WindowQuery[],
  now: Millis,
): Promise<readonly WindowSum[]> {
  if (queries.length === 0) return [];
  const ranges = queries.map((query) => bucketRange(query, now));
  const seen = new Set<string>();
  const leads = queries.map(({ breaker }) => {
    const first = !seen.has(breaker);
    seen.add(breaker);
    return first;
  });
  const { rows } = await pool.query<WindowRow>({
    ...WINDOWS,
    values: [
      environmentId,
      queries.map((query) => query.breaker),
      queries.map((query) => query.version),
      ranges.map((range) => range.first),
      leads,
      ranges[0]?.last,
      now - CENSUS_TTL_MS,
      queries.map((query) => query.run === true),
      queries.map((query) => query.series === true),
    ],
  });
  const census = new Map<string, StatisticsEntry[]>();
  for (const [index, { breaker }] of queries.entries()) {
    if (leads[index]) census.set(breaker, parseStatistics(rows[index]?.census));
  }
  return queries.map((query, index) => {
    const row = rows[index] ?? NO_ROW;
    return {
      breaker: query.breaker,
      counts: countsOf(row.counts),
      failingBuckets: row.failingBuckets,
      firstFailureAt: row.firstFailureAt,
      lastFailureAt: row.lastFailureAt,
      ...(row.run !== null && { run: { failures: row.run[0], startedAt: row.run[1] } }),
      ...(query.series === true && { series: parseSeries(row.series) }),
      ...sumStatistics(census.get(query.breaker) ?? [], query, row.troubled),
    };
  });
}

const NO_ROW: Omit<WindowRow, 'census'> = {
  counts: [],
  failingBuckets: 0,
  firstFailureAt: null,
  lastFailureAt: null,
  troubled: 0,
  run: null,
  series: null,
};

function parseSeries(text: string | null): BucketSeries[] {
  const values = text === null ? [] : text.split(',').map(Number);
  const series: BucketSeries[] = [];
  for (let at = 0; at + 4 < values.length; at += 5) {
    const [start = 0, calls = 0, failures = 0, slow = 0, localLag = 0] = values.slice(at, at + 5);
    series.push({ at: start, calls, failures, slow, localLag });
  }
  return series;
}

function parseStatistics(text: string | null | undefined): StatisticsEntry[] {
  return text ? (JSON.parse(`[${text}]`) as StatisticsEntry[][]).flat() : [];
}

const SECONDS = {
  all: secondsOf(''),
  named: secondsOf('AND b.breaker = ANY ($4::text[])'),
};

function secondsOf(condition: string): string {
  return `
SELECT b.breaker, (b.bucket / ${1_000 / BUCKET_MS})::float8 AS second, ARRAY[${sums}] AS counts
FROM ${SIGNALS_SCHEMA}.bucket b
WHERE b.environment_id = $1 AND b.bucket >= $2::bigint AND b.bucket < $3::bigint ${condition}
GROUP BY 2, 1 ORDER BY 2, 1`;
}

export async function seconds(
  pool: Pool,
  environmentId: string,
  span: { readonly from: Millis; readonly to: Millis },
  breakers: readonly string[] | undefined,
): Promise<readonly SecondSum[]> {
  const buckets = [Math.ceil(span.from / BUCKET_MS), Math.ceil(span.to / BUCKET_MS)];
  const read = (page: readonly SecondRow[]): SecondSum[] =>
    page.map((row) => ({ ...row, counts: countsOf(row.counts) }));
  if (breakers === undefined) {
    return readPages(pool, SECONDS.all, [environmentId, ...buckets], read);
  }
  const values = [environmentId, ...buckets, breakers];
  return read((await pool.query<SecondRow>(SECONDS.named, values)).rows);
}

interface SecondRow {
  readonly breaker: string;
  readonly second: number;
  readonly counts: number[];
}
