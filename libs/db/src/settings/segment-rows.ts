import {
  type AttributeValue,
  type Clause,
  type Millis,
  type Rule,
  type Segment,
  segmentsNamedBy,
  validateRules,
} from '@recloser/core';
import { LIMITS, RecloserError, segmentSchema } from '@recloser/protocol';
import { setImmediate } from 'node:timers/promises';
import { keepFields } from '../rows/keep-fields.js';
import { millis, rows, type Queryable } from '../sql.js';

/** A segment of one environment as it is stored. */
export interface StoredSegment extends Segment {
  readonly name: string;
  readonly description: string;
  /** +1 on every edit. */
  readonly revision: number;
  readonly createdAt: Millis;
  readonly updatedAt: Millis;
  /** In lists, of a long one: how many values each clause has; `clauses` holds the first ones. */
  readonly counts?: readonly number[];
}

/** The same with the keys of the breakers whose rules name it. */
export interface UsedSegment extends StoredSegment {
  readonly usedBy: readonly string[];
}

interface SegmentRow extends Record<string, unknown> {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly clauses: unknown;
  readonly revision: number;
  readonly created_at: number;
  readonly updated_at: number;
  readonly counts?: readonly number[];
}

const COLUMNS = `key, name, description, clauses, revision, ${millis('created_at')} AS created_at,
  ${millis('updated_at')} AS updated_at`;

/** The environment's segments by key, or those named. */
export async function readSegments(
  db: Queryable,
  environmentId: string,
  keys: readonly string[] | null = null,
): Promise<StoredSegment[]> {
  const found = await rows<SegmentRow>(
    db,
    `SELECT ${COLUMNS} FROM segment WHERE environment_id = $1 AND ($2::text[] IS NULL OR key = ANY($2))
     ORDER BY key COLLATE "C"`,
    [environmentId, keys],
  );
  const segments: StoredSegment[] = [];
  for (const row of found) {
    segments.push(readSegment(row, environmentId));
    // There may be hundreds of thousands of values: other work of the process comes in between.
    await setImmediate();
  }
  return segments;
}

/** The environment's segments by key, each clause with its first values alone: those of all may be too many to be read. */
export async function listSegments(db: Queryable, environmentId: string): Promise<StoredSegment[]> {
  const most = LIMITS.valuesInList;
  const found = await rows<SegmentRow>(
    db,
    `SELECT ${COLUMNS.replace('clauses', 'short.clauses, short.counts')} FROM segment, LATERAL (
       SELECT coalesce(jsonb_agg(c.value || jsonb_build_object('values',
           jsonb_path_query_array(c.value, '$.values[0 to ${most - 1}]')) ORDER BY c.ord), '[]') AS clauses,
         coalesce(jsonb_agg(jsonb_array_length(c.value -> 'values') ORDER BY c.ord), '[]') AS counts
       FROM jsonb_array_elements(clauses) WITH ORDINALITY c(value, ord)
     ) short WHERE environment_id = $1 ORDER BY key COLLATE "C"`,
    [environmentId],
  );
  return found.map((row) => {
    const { counts = [] } = row;
    const isLong = counts.some((count) => count > most);
    return { ...readSegment(row, environmentId), ...(isLong && { counts }) };
  });
}

function readSegment(row: SegmentRow, environmentId: string): StoredSegment {
  const parsed = segmentSchema.safeParse({ key: row.key, clauses: row.clauses });
  if (!parsed.success) {
    throw new RecloserError(
      'corrupt_row',
      `Segment "${row.key}" in environment ${environmentId} cannot be read: ${parsed.error.issues[0]?.message ?? ''}. ` +
        'Restore this row of segment from a backup, or correct the field.',
      { segment: row.key, environment: environmentId },
    );
  }
  keepFields(parsed.data.clauses, row.clauses);
  const { name, description, revision } = row;
  const [createdAt, updatedAt] = [row.created_at, row.updated_at];
  return { ...parsed.data, name, description, revision, createdAt, updatedAt };
}

/** Characters of JSON up to which a segment's clauses also stand with each breaker that names it. */
const INLINE_LENGTH = 8_000;

/**
 * What stands with a breaker of the segments with these keys: each by key and digest. The clauses of short ones stand there
 * too, for nodes of before that know no other place; in all others they are empty.
 */
export async function segmentRefs(
  db: Queryable,
  environmentId: string,
  keys: readonly string[],
): Promise<readonly Segment[]> {
  const found = await rows<{ key: string; digest: string; clauses: readonly Clause[] }>(
    db,
    `SELECT key, md5(clauses::text) AS digest,
       CASE WHEN length(clauses::text) <= ${INLINE_LENGTH} THEN clauses ELSE '[]' END AS clauses
     FROM segment WHERE environment_id = $1 AND key = ANY($2) ORDER BY key COLLATE "C"`,
    [environmentId, keys],
  );
  return found.map(({ key, digest, clauses }) => ({ key, clauses, digest }));
}

/**
 * The segments that the rules of each of several breakers name, as they stand with the breaker; each is read once. The environment is locked by the caller, so that
 * none of them changes before the breaker is written.
 * @throws RecloserError `invalid_rules`
 */
export async function segmentsOfEach(
  db: Queryable,
  environmentId: string,
  rulesOfEach: readonly (readonly Rule[])[],
): Promise<readonly (readonly Segment[])[]> {
  const keysOfEach = rulesOfEach.map(segmentsNamedBy);
  const keys = [...new Set(keysOfEach.flat())];
  if (keys.length === 0) return rulesOfEach.map(() => []);
  const patterns = await readPatterns(db, environmentId, keys);
  for (const [index, rules] of rulesOfEach.entries()) {
    if (keysOfEach[index]?.length === 0) continue;
    const problems = validateRules(rules, patterns);
    const [first] = problems;
    if (first !== undefined) {
      throw new RecloserError('invalid_rules', `${first.path}: ${first.message}`, { problems });
    }
  }
  const refs = await segmentRefs(db, environmentId, keys);
  return keysOfEach.map((own) => refs.filter(({ key }) => own.includes(key)));
}

/** Segments with what a breaker's rules are checked for: their patterns, and that they are there. */
export async function readPatterns(
  db: Queryable,
  environmentId: string,
  keys: readonly string[],
): Promise<readonly Segment[]> {
  return rows<{ key: string; clauses: readonly Clause[] }>(
    db,
    `SELECT key, jsonb_path_query_array(clauses, '$[*] ? (@.operator == "matches")') AS clauses
     FROM segment WHERE environment_id = $1 AND key = ANY($2)`,
    [environmentId, keys],
  );
}

/** Values of one clause in one row: less than a millisecond of work to read. */
const VALUES_PER_ROW = 5_000;

interface ContentRow extends Record<string, unknown> {
  readonly key: string;
  readonly digest: string;
  readonly clause: number;
  readonly head: Clause;
  readonly values: readonly AttributeValue[] | null;
}

/** What segments hold, each with its digest. Long lists are read row by row, so that no other work waits for long. */
export async function readContents(
  db: Queryable,
  environmentId: string,
  keys: readonly string[],
): Promise<Segment[]> {
  const found = await rows<ContentRow>(
    db,
    `WITH s AS MATERIALIZED (
       SELECT key, md5(clauses::text) AS digest, clauses FROM segment
       WHERE environment_id = $1 AND key = ANY($2)
     )
     SELECT s.key, s.digest, c.ord::int - 1 AS clause, c.value - 'values' AS head, v.values
     FROM s, jsonb_array_elements(s.clauses) WITH ORDINALITY c(value, ord)
     LEFT JOIN LATERAL (
       SELECT (e.ord - 1) / ${VALUES_PER_ROW} AS part, jsonb_agg(e.value ORDER BY e.ord) AS values
       FROM jsonb_array_elements(c.value -> 'values') WITH ORDINALITY e(value, ord) GROUP BY 1
     ) v ON true
     ORDER BY s.key COLLATE "C", c.ord, v.part`,
    [environmentId, keys],
  );
  const contents = new Map<string, { digest: string; clauses: Clause[] }>();
  for (const { key, digest, clause, head, values } of found) {
    const content = contents.get(key) ?? { digest, clauses: [] };
    contents.set(key, content);
    const before = content.clauses[clause]?.values ?? [];
    content.clauses[clause] = { ...head, values: before.concat(values ?? []) };
  }
  return Array.from(contents, ([key, content]) => ({ key, ...content }));
}

/** @throws RecloserError `limit_reached`: all segments of the environment together are too long */
export async function refuseTooLong(db: Queryable, environmentId: string): Promise<void> {
  const most = LIMITS.segmentBytesPerEnvironment;
  const [sum] = await rows<{ bytes: number }>(
    db,
    `SELECT coalesce(sum(octet_length(clauses::text)), 0)::float8 AS bytes FROM segment WHERE environment_id = $1`,
    [environmentId],
  );
  const bytes = sum?.bytes ?? 0;
  if (bytes <= most) return;
  const message = `The segments of an environment take at most ${inMegabytes(most)} MB together, as every SDK holds those that rules name; with this one they would take ${inMegabytes(bytes)} MB. Remove segments or values that are no longer used.`;
  throw new RecloserError('limit_reached', message, { limit: most, bytes });
}

const inMegabytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);

/** Which breakers of the environment name which segment. */
export async function segmentUses(
  db: Queryable,
  environmentId: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = await rows<{ segment: string; breakers: string[] }>(
    db,
    `SELECT used ->> 'key' AS segment, array_agg(b.key ORDER BY b.key COLLATE "C") AS breakers
     FROM breaker_state s JOIN breaker b ON b.id = s.breaker_id, jsonb_array_elements(s.segments) AS used
     WHERE s.environment_id = $1 AND b.archived_at IS NULL AND s.segments <> '[]'
     GROUP BY 1`,
    [environmentId],
  );
  return new Map(found.map(({ segment, breakers }) => [segment, breakers]));
}
