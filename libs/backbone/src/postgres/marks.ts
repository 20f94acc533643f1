import type { Pool } from 'pg';
import type { DirtyMark } from '../ports.js';
import { CLOCK, SIGNALS_SCHEMA } from './schema.js';

/**
 * The oldest marks, locked in key order as appends lock them. Waits for an append that is about to commit, as
 * skipping its marks would leave them to the next sweep.
 */
const TAKE = `
WITH oldest AS MATERIALIZED (
  SELECT environment_id, breaker FROM ${SIGNALS_SCHEMA}.dirty ORDER BY marked_at LIMIT $1
), locked AS MATERIALIZED (
  SELECT d.environment_id, d.breaker
  FROM ${SIGNALS_SCHEMA}.dirty d JOIN oldest USING (environment_id, breaker)
  ORDER BY d.environment_id, d.breaker
  FOR UPDATE OF d
)
DELETE FROM ${SIGNALS_SCHEMA}.dirty d USING locked l
WHERE d.environment_id = l.environment_id AND d.breaker = l.breaker
RETURNING d.environment_id AS "environmentId", d.breaker,
  greatest(0, ${CLOCK} - d.marked_at)::float8 AS "waitedMs"`;

export async function takeDirty(pool: Pool, limit: number): Promise<readonly DirtyMark[]> {
  const { rows } = await pool.query<DirtyMark>({
    name: 'recloser-take',
    text: TAKE,
    values: [limit],
  });
  return rows;
}

export async function markDirty(
  pool: Pool,
  environmentId: string,
  breakers: readonly string[],
): Promise<void> {
  if (breakers.length === 0) return;
  await pool.query(
    `INSERT INTO ${SIGNALS_SCHEMA}.dirty AS d (environment_id, breaker, marked_at)
    SELECT $1, r.breaker, ${CLOCK} FROM unnest($2::text[]) AS r (breaker)
    ORDER BY r.breaker COLLATE "C"
    ON CONFLICT (environment_id, breaker) DO UPDATE SET marked_at = d.marked_at`,
    [environmentId, [...new Set(breakers)]],
  );
}
