import { auditEntrySchema, RecloserError, type AuditEntry } from '@recloser/protocol';
import { z } from 'zod';
import { millis, rows, type Queryable } from '../sql.js';

/** Events that one round trip reads. */
export const PAGE = 500;

export interface EventRow extends Record<string, unknown> {
  id: string;
  chain: string;
  chain_seq: number;
  environment_id: string | null;
  breaker_key: string | null;
  at: number;
  actor_kind: string;
  actor_id: string | null;
  actor_name: string;
  action: string;
  reason: string;
  seq: number | null;
  body: Buffer;
  prev_hash: Buffer;
  hash: Buffer;
}

/** Order by `audit_event.chain_seq`: the bare name is the column of the answer, which no index has. */
export const SELECT_EVENTS = `SELECT id, chain, chain_seq::float8 AS chain_seq, environment_id, breaker_key, ${millis('at')} AS at,
  actor_kind, actor_id, actor_name, action, reason, seq::float8 AS seq, body, prev_hash, hash FROM audit_event`;

/** One page of a chain from after `chainSeq` on. */
export function readPage(db: Queryable, chain: string, chainSeq: number): Promise<EventRow[]> {
  return rows<EventRow>(
    db,
    `${SELECT_EVENTS} WHERE chain = $1 AND chain_seq > $2 ORDER BY audit_event.chain_seq LIMIT $3`,
    [chain, chainSeq, PAGE],
  );
}

const bodySchema = z.object({
  before: z.unknown(),
  after: z.unknown(),
  // Of a cause that only a newer version knows: the entry without it is better than none.
  evidence: auditEntrySchema.shape.evidence.optional().catch(null),
});

/** @throws RecloserError `corrupt_row` */
export function entryOf(row: EventRow): AuditEntry {
  const parsed = auditEntrySchema.safeParse({
    ...parseBody(row),
    id: row.id,
    chain: row.chain,
    chainSeq: row.chain_seq,
    environmentId: row.environment_id,
    breaker: row.breaker_key,
    at: row.at,
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    action: row.action,
    reason: row.reason,
    seq: row.seq,
    hash: row.hash.toString('hex'),
    prevHash: row.prev_hash.toString('hex'),
  });
  if (!parsed.success) throw corrupt(row, parsed.error.issues[0]?.message);
  return parsed.data;
}

export function parseBody(row: EventRow): { before: unknown; after: unknown; evidence: unknown } {
  let json: unknown;
  try {
    json = JSON.parse(row.body.toString());
  } catch {
    throw corrupt(row, 'its body is no JSON');
  }
  const parsed = bodySchema.safeParse(json);
  if (!parsed.success) throw corrupt(row, parsed.error.issues[0]?.message);
  const { before = null, after = null, evidence = null } = parsed.data;
  return { before, after, evidence };
}

function corrupt(row: EventRow, problem = ''): RecloserError {
  return new RecloserError(
    'corrupt_row',
    `Audit event ${row.id} (${row.chain} ${row.chain_seq}) cannot be read: ${problem}. Verify the chain.`,
    { chain: row.chain, chainSeq: row.chain_seq },
  );
}
