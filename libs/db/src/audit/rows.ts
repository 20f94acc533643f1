import {
  auditEntrySchema,
  RecloserError,
  partitionSchema,
  type AuditEntry,
} from '@recloser/protocol';
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
  const body = parseBody(row);
  const parsed = auditEntrySchema.safeParse({
    ...body,
    ...outageOf(row.breaker_key, body),
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

/** What the log keeps of a state; events of versions without outages tell of theirs in the state. */
const stateSummarySchema = z.object({
  outage: z.object({ startedAt: z.number() }).nullish(),
  state: z.object({ outageStartedAt: z.number().optional() }).nullish(),
  scope: partitionSchema.optional(),
});

/** The outage that an event belongs to: that of the state which it led to, or else of the one that it ended. */
function outageOf(
  breaker: string | null,
  { before, after }: { readonly before: unknown; readonly after: unknown },
): Pick<AuditEntry, 'outageId' | 'outageStartedAt'> {
  for (const recorded of [after, before]) {
    const { data } = stateSummarySchema.safeParse(recorded);
    const startedAt =
      data?.outage === undefined ? data?.state?.outageStartedAt : data.outage?.startedAt;
    if (breaker === null || startedAt === undefined) continue;
    const part = data?.scope === undefined ? '' : `/${data.scope.kind}:${data.scope.value}`;
    return { outageId: `${breaker}${part}@${startedAt}`, outageStartedAt: startedAt };
  }
  return { outageId: null, outageStartedAt: null };
}

export function parseBody(row: EventRow): { before: unknown; after: unknown; evidence: unknown } {
  let json: unknown;
  try {
    json = JSON.parse(row.body.toString());
  } catch {
    throw corrupt(row, 'its body is not valid JSON');
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
