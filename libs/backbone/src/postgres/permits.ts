import type { ProbeEvidence } from '@recloser/core';
import type { PermitClaim, ProbeAnswer } from '@recloser/protocol';
import type { Pool } from 'pg';
import { keptMs, keptReason, permitIds, permitIndex } from '../permits.js';
import { CLOCK, SIGNALS_SCHEMA } from './schema.js';

const newer = 'excluded.round > p.round';

/** The row of a round that is over answers nothing: a newer one takes its place, an older one changes nothing. */
const CLAIM = `
INSERT INTO ${SIGNALS_SCHEMA}.permit AS p (environment_id, breaker, version, round, claimed, granted, claimed_at, at)
VALUES ($1, $2, $3, $4, least($6::integer, $5::integer), least($6::integer, $5::integer), ${CLOCK}, ${CLOCK})
ON CONFLICT (environment_id, breaker, version) DO UPDATE SET
  granted = CASE WHEN ${newer} THEN excluded.granted ELSE greatest(0, least($6, $5 - p.claimed)) END,
  claimed = CASE WHEN ${newer} THEN excluded.claimed ELSE greatest(p.claimed, least(p.claimed + $6, $5)) END,
  succeeded = CASE WHEN ${newer} THEN '{}' ELSE p.succeeded END,
  failed = CASE WHEN ${newer} THEN '{}' ELSE p.failed END,
  reason = CASE WHEN ${newer} THEN NULL ELSE p.reason END,
  slowest = CASE WHEN ${newer} THEN NULL ELSE p.slowest END,
  claimed_at = CASE WHEN ${newer} OR p.claimed < $5 THEN excluded.claimed_at ELSE p.claimed_at END,
  round = excluded.round, at = excluded.at
WHERE excluded.round >= p.round
RETURNING claimed, granted`;

export async function claimPermits(
  pool: Pool,
  claim: PermitClaim,
  total: number,
  want: number,
): Promise<readonly string[]> {
  if (want <= 0 || total <= 0) return [];
  const { rows } = await pool.query<{ claimed: number; granted: number }>(CLAIM, [
    claim.environmentId,
    claim.breaker,
    claim.version,
    claim.round,
    total,
    want,
  ]);
  const [row] = rows;
  return row ? permitIds(claim, row.claimed - row.granted, row.claimed) : [];
}

const RECORD = `
WITH recorded AS (
  UPDATE ${SIGNALS_SCHEMA}.permit SET
    succeeded = CASE WHEN $6::boolean THEN array_append(succeeded, $5::integer) ELSE succeeded END,
    failed = CASE WHEN $6::boolean THEN failed ELSE array_append(failed, $5::integer) END,
    reason = coalesce($7::text, reason),
    slowest = greatest(slowest, $8::float8),
    at = ${CLOCK}
  WHERE environment_id = $1 AND breaker = $2 AND version = $3 AND round = $4
    AND $5 < claimed AND NOT $5 = ANY (succeeded || failed)
  RETURNING environment_id, breaker
)
INSERT INTO ${SIGNALS_SCHEMA}.dirty AS d (environment_id, breaker, marked_at)
SELECT environment_id, breaker, ${CLOCK} FROM recorded
ON CONFLICT (environment_id, breaker) DO UPDATE SET marked_at = d.marked_at`;

export async function recordProbe(
  pool: Pool,
  claim: PermitClaim,
  id: string,
  answer: ProbeAnswer,
): Promise<void> {
  const index = permitIndex(claim, id);
  if (index === null) return;
  const { environmentId, breaker, version, round } = claim;
  const { ok } = answer;
  const kept = [keptReason(answer), keptMs(answer)];
  await pool.query(RECORD, [environmentId, breaker, version, round, index, ok, ...kept]);
}

interface PermitRow extends Pick<ProbeEvidence, 'claimed' | 'succeeded' | 'failed'> {
  readonly why: string | null;
  readonly slowest: number | null;
  readonly claimedAt: number;
}

export async function probes(pool: Pool, claim: PermitClaim): Promise<ProbeEvidence> {
  const { rows } = await pool.query<PermitRow>(
    `SELECT claimed, cardinality(succeeded) AS succeeded, cardinality(failed) AS failed, reason AS why,
      slowest, claimed_at::float8 AS "claimedAt"
    FROM ${SIGNALS_SCHEMA}.permit
    WHERE environment_id = $1 AND breaker = $2 AND version = $3 AND round = $4`,
    [claim.environmentId, claim.breaker, claim.version, claim.round],
  );
  const [row] = rows;
  if (row === undefined) return { round: claim.round, claimed: 0, succeeded: 0, failed: 0 };
  const { why, slowest, claimedAt, ...answers } = row;
  return {
    round: claim.round,
    ...answers,
    lastClaimedAt: claimedAt,
    ...(why !== null && { reason: why }),
    ...(slowest !== null && { slowestMs: slowest }),
  };
}
