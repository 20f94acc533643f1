import {
  type Millis,
  type Rule,
  type Segment,
  segmentsNamedBy,
  validateRules,
} from '@recloser/core';
import { RecloserError, segmentSchema } from '@recloser/protocol';
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
  return found.map((row) => readSegment(row, environmentId));
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

/**
 * The segments that the rules name, which travel with the breaker. The environment is locked by the caller, so that
 * none of them changes before the breaker is written.
 * @throws RecloserError `invalid_rules`
 */
export async function segmentsOf(
  db: Queryable,
  environmentId: string,
  rules: readonly Rule[],
): Promise<readonly Segment[]> {
  const keys = segmentsNamedBy(rules);
  if (keys.length === 0) return [];
  const found = await readSegments(db, environmentId, keys);
  const segments = found.map(({ key, clauses }) => ({ key, clauses }));
  const problems = validateRules(rules, segments);
  const [first] = problems;
  if (first !== undefined) {
    throw new RecloserError('invalid_rules', `${first.path}: ${first.message}`, { problems });
  }
  return segments;
}

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
