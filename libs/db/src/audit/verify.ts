import { ACTOR_KINDS, type AuditVerification } from '@recloser/protocol';
import type { Pool } from 'pg';
import { isUuid } from '../ids.js';
import { rows } from '../sql.js';
import { SYSTEM_CHAIN } from './chain.js';
import { auditHash, GENESIS } from './format.js';
import { readPage, type EventRow } from './rows.js';

/**
 * Verifies chains, each once at a time: a long one takes seconds, and whoever asks meanwhile gets what the reading that is
 * under way finds.
 */
export function chainVerifier(pool: Pool): (chain: string) => Promise<AuditVerification> {
  const running = new Map<string, Promise<AuditVerification>>();
  return (chain) => {
    const begun = running.get(chain);
    if (begun !== undefined) return begun;
    const verification = verifyChain(pool, chain).finally(() => running.delete(chain));
    running.set(chain, verification);
    return verification;
  };
}

/** Reads a chain from its start, page by page, up to its end. */
async function verifyChain(pool: Pool, chain: string): Promise<AuditVerification> {
  // Read first: what is appended meanwhile lies after it and is checked too.
  const head = await readHead(pool, chain);
  let prev = GENESIS;
  let checked = 0;
  const bad = (id: string, problem: string): AuditVerification => ({
    ok: false,
    checked,
    head: checked === 0 ? '' : prev.toString('hex'),
    firstBad: { id, chainSeq: checked + 1, problem },
  });
  for (;;) {
    const page = await readPage(pool, chain, checked);
    for (const row of page) {
      const problem = problemOf(row, checked + 1, prev, head);
      if (problem !== undefined) return bad(row.id, problem);
      prev = row.hash;
      checked += 1;
    }
    if (page.length === 0) break;
  }
  if (checked < head.chainSeq)
    return bad('', `events ${checked + 1} to ${head.chainSeq} are missing`);
  return { ok: true, checked, head: checked === 0 ? '' : prev.toString('hex') };
}

interface Head {
  readonly chainSeq: number;
  readonly hash: Buffer;
}

async function readHead(pool: Pool, chain: string): Promise<Head> {
  const [row] =
    chain === SYSTEM_CHAIN
      ? await rows<{ seq: number; head: Buffer }>(
          pool,
          `SELECT chain_seq::float8 AS seq, head FROM audit_chain WHERE chain = $1`,
          [chain],
        )
      : await rows<{ seq: number; head: Buffer }>(
          pool,
          `SELECT audit_seq::float8 AS seq, audit_head AS head FROM environment WHERE id = $1`,
          [isUuid(chain) ? chain : null],
        );
  return { chainSeq: row?.seq ?? 0, hash: row?.head ?? GENESIS };
}

/** What is wrong with an event that should be the next of its chain; undefined when nothing is. */
function problemOf(row: EventRow, expected: number, prev: Buffer, head: Head): string | undefined {
  if (row.chain_seq !== expected) return `event ${expected} is missing`;
  if (!row.prev_hash.equals(prev)) return 'it does not follow the event before it';
  const kind = ACTOR_KINDS.find((each) => each === row.actor_kind);
  if (kind === undefined) return `the kind of actor "${row.actor_kind}" is not known`;
  const header = {
    chain: row.chain,
    chainSeq: row.chain_seq,
    id: row.id,
    at: row.at,
    environmentId: row.environment_id,
    breaker: row.breaker_key,
    actor: { kind, id: row.actor_id, name: row.actor_name },
    action: row.action,
    reason: row.reason,
    seq: row.seq,
  };
  if (!auditHash(prev, header, row.body).equals(row.hash))
    return 'its content was changed: the hash is another';
  if (expected === head.chainSeq && !row.hash.equals(head.hash)) {
    return 'the chain was rewritten: its stored head is another';
  }
  return undefined;
}
