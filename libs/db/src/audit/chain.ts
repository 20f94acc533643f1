import type { Actor } from '@recloser/protocol';
import { uuidv7 } from '../ids.js';
import { type Claims, claimsOf } from '../people/claims.js';
import { rows, type Queryable } from '../sql.js';
import { auditHash, canonicalJson, GENESIS, storable, type AuditHeader } from './format.js';

/** The chain of what belongs to no environment: sign-ins, roles, keys. */
export const SYSTEM_CHAIN = 'system';

/** One thing to be written down. */
export interface AuditDraft {
  readonly actor: Actor;
  readonly action: string;
  readonly reason: string;
  readonly at: number;
  readonly breaker: string | null;
  readonly seq: number | null;
  /** `{ before, after, evidence? , … }` */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface SealedEvent {
  readonly header: AuditHeader;
  readonly body: Buffer;
  readonly prevHash: Buffer;
  readonly hash: Buffer;
}

export interface ChainHead {
  readonly chain: string;
  readonly environmentId: string | null;
  readonly chainSeq: number;
  readonly head: Buffer;
}

/** Links the drafts to the chain's head, in order. The caller holds the lock of that head and stores the new one. */
export function seal(head: ChainHead, drafts: readonly AuditDraft[]): SealedEvent[] {
  const sealed: SealedEvent[] = [];
  let prevHash = head.head;
  drafts.forEach((draft, index) => {
    const { actor } = draft;
    const header: AuditHeader = {
      chain: head.chain,
      chainSeq: head.chainSeq + index + 1,
      id: uuidv7(draft.at),
      at: draft.at,
      environmentId: head.environmentId,
      breaker: draft.breaker,
      actor: {
        kind: actor.kind,
        id: actor.id === null ? null : storable(actor.id),
        name: storable(actor.name),
      },
      action: storable(draft.action),
      reason: storable(draft.reason),
      seq: draft.seq,
    };
    const body = Buffer.from(canonicalJson(draft.body));
    const hash = auditHash(prevHash, header, body);
    sealed.push({ header, body, prevHash, hash });
    prevHash = hash;
  });
  return sealed;
}

/** The events as one JSON array for `auditInsert`, claimed where the process can. */
export function auditParameter(events: readonly SealedEvent[], claims?: Claims): string {
  return JSON.stringify(
    events.map(({ header, body, prevHash, hash }) => ({
      id: header.id,
      chain: header.chain,
      chain_seq: header.chainSeq,
      environment_id: header.environmentId,
      breaker_key: header.breaker,
      at: header.at,
      actor_kind: header.actor.kind,
      actor_id: header.actor.id,
      actor_name: header.actor.name,
      action: header.action,
      reason: header.reason,
      seq: header.seq,
      body: body.toString('hex'),
      prev_hash: prevHash.toString('hex'),
      hash: hash.toString('hex'),
      claim: claims?.of('audit', hash.toString('hex')),
    })),
  );
}

/** SQL that appends `auditParameter(…)`, given as the parameter `name` (e.g. `$5`): the database checks chain and actor. */
export const auditInsert = (name: string): string => `SELECT recloser_append_audit(${name}::json)`;

/** Appends to the system chain within the caller's transaction; returns the events' ids. */
export async function appendSystem(
  db: Queryable,
  drafts: readonly AuditDraft[],
): Promise<readonly string[]> {
  await rows(db, `INSERT INTO audit_chain (chain, head) VALUES ($1, $2) ON CONFLICT DO NOTHING`, [
    SYSTEM_CHAIN,
    GENESIS,
  ]);
  const [locked] = await rows<{ head: Buffer; chain_seq: number }>(
    db,
    `SELECT head, chain_seq::float8 FROM audit_chain WHERE chain = $1 FOR UPDATE`,
    [SYSTEM_CHAIN],
  );
  const head: ChainHead = {
    chain: SYSTEM_CHAIN,
    environmentId: null,
    chainSeq: locked?.chain_seq ?? 0,
    head: locked?.head ?? GENESIS,
  };
  const events = seal(head, drafts);
  const last = events.at(-1);
  if (last === undefined) return [];
  await rows(db, auditInsert('$1'), [auditParameter(events, claimsOf(db))]);
  await rows(db, `UPDATE audit_chain SET head = $2, chain_seq = $3 WHERE chain = $1`, [
    SYSTEM_CHAIN,
    last.hash,
    last.header.chainSeq,
  ]);
  return events.map((event) => event.header.id);
}
