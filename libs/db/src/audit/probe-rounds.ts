import { PROBE_ROUND_CAUSES } from '@recloser/core';
import { LIMITS, type AuditEntry } from '@recloser/protocol';
import type { Pool } from 'pg';
import { millis, rows } from '../sql.js';

/** The predicate of the indexes that skip probe rounds: written out, as PostgreSQL compares the text. */
export const UNFOLDED = `action NOT IN (${PROBE_ROUND_CAUSES.map((cause) => `'transition.${cause}'`).join(', ')})`;

const COUNT_ROUNDS = `
  SELECT e.chain_seq::float8 AS chain_seq, r.count, r.first_at, r.last_at
  FROM unnest($2::bigint[], $3::text[]) AS e(chain_seq, breaker)
  LEFT JOIN LATERAL (
    SELECT chain_seq FROM audit_event
    WHERE chain = $1 AND breaker_key = e.breaker AND chain_seq > e.chain_seq AND ${UNFOLDED}
    ORDER BY audit_event.chain_seq LIMIT 1
  ) next ON true
  CROSS JOIN LATERAL (
    SELECT count(*)::int AS count, ${millis('min(at)')} AS first_at, ${millis('max(at)')} AS last_at FROM (
      SELECT at FROM audit_event
      WHERE chain = $1 AND breaker_key = e.breaker AND chain_seq > e.chain_seq
        AND chain_seq < coalesce(next.chain_seq, 9223372036854775807) AND action = 'transition.probe_failed'
      ORDER BY audit_event.chain_seq LIMIT $4
    ) failed
  ) r
  WHERE r.count > 0`;

interface RoundsRow extends Record<string, unknown> {
  readonly chain_seq: number;
  readonly count: number;
  readonly first_at: number;
  readonly last_at: number;
}

/** The same events, each with the failed probe rounds of its breaker between it and the breaker's next other event. */
export async function withFoldedRounds(
  pool: Pool,
  chain: string,
  entries: readonly AuditEntry[],
): Promise<AuditEntry[]> {
  const about = entries.filter(({ breaker, seq }) => breaker !== null && seq !== null);
  if (about.length === 0) return [...entries];
  const found = await rows<RoundsRow>(pool, COUNT_ROUNDS, [
    chain,
    about.map(({ chainSeq }) => chainSeq),
    about.map(({ breaker }) => breaker),
    LIMITS.foldedRounds,
  ]);
  const rounds = new Map(found.map((row) => [row.chain_seq, row]));
  return entries.map((entry) => {
    const row = rounds.get(entry.chainSeq);
    if (row === undefined) return entry;
    const { count, first_at: firstAt, last_at: lastAt } = row;
    return { ...entry, foldedRounds: { count, firstAt, lastAt } };
  });
}
