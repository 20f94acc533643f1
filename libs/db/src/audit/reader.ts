import type { Admission, Millis, StateKind } from '@recloser/core';
import {
  admissionSchema,
  RecloserError,
  stateKindSchema,
  type Actor,
  type AuditEntry,
  type AuditVerification,
  type SeriesTransition,
} from '@recloser/protocol';
import type { Pool } from 'pg';
import { z } from 'zod';
import { isUuid } from '../ids.js';
import { readClock, rows, transaction } from '../sql.js';
import { appendSystem } from './chain.js';
import { UNFOLDED, withFoldedRounds } from './probe-rounds.js';
import { entryOf, PAGE, parseBody, readPage, SELECT_EVENTS, type EventRow } from './rows.js';
import { chainVerifier } from './verify.js';

/** Which events of a chain; every condition given must hold. */
export interface AuditFilter {
  /** An environment's id, or "system". */
  readonly chain: string;
  readonly breaker?: string | undefined;
  /** The actor's whole id, or part of the name in any case. */
  readonly actor?: string | undefined;
  /** One action, or its first part: "breaker" is "breaker.*". */
  readonly action?: string | undefined;
  readonly from?: Millis | undefined;
  readonly to?: Millis | undefined;
  /** `fold`: without the events of failed probe rounds, which a list counts in the event before them. */
  readonly probeRounds?: 'list' | 'fold' | undefined;
}

export interface AuditListing {
  /** The newest first. */
  readonly items: readonly AuditEntry[];
  /** The cursor of the next page, or null. */
  readonly next: string | null;
}

/** An event as the export has it: with the exact bytes that the hash covers. */
export interface AuditExportLine extends AuditEntry {
  /** The body as stored; `docs/audit.md` says how the hash is made. */
  readonly body: string;
}

export interface SystemEvent {
  readonly action: string;
  readonly reason?: string | undefined;
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface Audit {
  /** @throws RecloserError `invalid_cursor` */
  list(
    filter: AuditFilter,
    page: { cursor?: string | undefined; limit: number },
  ): Promise<AuditListing>;
  /** One event of a chain, or null. */
  get(chain: string, id: string): Promise<AuditEntry | null>;
  /**
   * Reads the chain from the start and checks every hash and link, and that it ends at the stored head. One reading at a
   * time: who asks meanwhile gets its result.
   */
  verify(chain: string): Promise<AuditVerification>;
  /** Every event that matches, the oldest first, read in pages. */
  stream(filter: AuditFilter): AsyncIterable<AuditExportLine>;
  /** The next events after `chainSeq`, the oldest first, one page of them. Those that cannot be read are left out. */
  after(chain: string, chainSeq: number): Promise<readonly AuditEntry[]>;
  /** Writes down what belongs to no environment; returns the event's id. */
  appendSystem(actor: Actor, event: SystemEvent): Promise<string>;
  /**
   * Changes of a breaker's state in [from, to), the oldest first, at most `limit` (the last ones). Without those of
   * failed probe rounds: from its first failure until a probe succeeds, the breaker is open.
   */
  transitions(
    environmentId: string,
    breaker: string,
    from: Millis,
    to: Millis,
    limit: number,
  ): Promise<readonly SeriesTransition[]>;
  /** Breakers of an environment whose state a person, or a person's token, has moved since. */
  movedByHand(environmentId: string, since: Millis): Promise<ReadonlySet<string>>;
}

export function createAudit(pool: Pool): Audit {
  return {
    list: (filter, page) => list(pool, filter, page),
    get: async (chain, id) => {
      if (!isUuid(id)) return null;
      const [row] = await rows<EventRow>(pool, `${SELECT_EVENTS} WHERE id = $2 AND chain = $1`, [
        chain,
        id,
      ]);
      return row === undefined ? null : entryOf(row);
    },
    verify: chainVerifier(pool),
    stream: (filter) => stream(pool, filter),
    after: async (chain, chainSeq) =>
      (await readPage(pool, chain, chainSeq)).flatMap((row) => readable(row) ?? []),
    appendSystem: (actor, event) =>
      transaction(pool, async (db) => {
        const { action, reason = '', before = null, after = null } = event;
        const body = { before, after, evidence: null };
        const at = await readClock(db);
        const [id] = await appendSystem(db, [
          { actor, action, reason, at, breaker: null, seq: null, body },
        ]);
        return id ?? '';
      }),
    transitions: (environmentId, breaker, from, to, limit) =>
      transitions(pool, environmentId, breaker, from, to, limit),
    movedByHand: async (environmentId, since) => {
      const moved = await rows<{ breaker: string }>(
        pool,
        `SELECT DISTINCT breaker_key AS breaker FROM audit_event
         WHERE chain = $1 AND at >= to_timestamp($2::float8 / 1000.0) AND breaker_key IS NOT NULL
           AND actor_kind IN ('user', 'token') AND action <> ALL($3)`,
        [environmentId, since, SETTINGS_ACTIONS],
      );
      return new Set(moved.map(({ breaker }) => breaker));
    },
  };
}

/** What people do to a breaker without moving its state. */
const SETTINGS_ACTIONS = ['breaker.create', 'breaker.edit', 'breaker.archive', 'breaker.discover'];

function readable(row: EventRow): AuditEntry | null {
  try {
    return entryOf(row);
  } catch {
    return null;
  }
}

const CONDITIONS = `chain = $1 AND ($2::text IS NULL OR breaker_key = $2)
  AND ($3::text IS NULL OR actor_id = $3 OR strpos(lower(actor_name), lower($3)) > 0)
  AND ($4::text IS NULL OR action = $4 OR starts_with(action, $4 || '.'))
  AND ($5::float8 IS NULL OR at >= to_timestamp($5 / 1000.0))
  AND ($6::float8 IS NULL OR at < to_timestamp($6 / 1000.0))`;

function conditions(filter: AuditFilter): unknown[] {
  const { chain, breaker = null, actor = null, action = null, from = null, to = null } = filter;
  return [chain, breaker, actor, action, from, to];
}

async function list(
  pool: Pool,
  filter: AuditFilter,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<AuditListing> {
  if (cursor !== undefined && !/^[1-9][0-9]{0,15}$/.test(cursor)) {
    throw new RecloserError('invalid_cursor', 'Take the cursor from the page before, unchanged.');
  }
  const fold = filter.probeRounds === 'fold';
  const found = await rows<EventRow>(
    pool,
    `${SELECT_EVENTS} WHERE ${CONDITIONS}${fold ? ` AND ${UNFOLDED}` : ''} AND ($7::float8 IS NULL OR chain_seq < $7::float8::bigint)
     ORDER BY audit_event.chain_seq DESC LIMIT $8`,
    [...conditions(filter), cursor === undefined ? null : Number(cursor), limit + 1],
  );
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const items = page.map(entryOf);
  return {
    items: fold ? await withFoldedRounds(pool, filter.chain, items) : items,
    next: found.length > limit && last !== undefined ? String(last.chain_seq) : null,
  };
}

async function* stream(pool: Pool, filter: AuditFilter): AsyncGenerator<AuditExportLine> {
  let after = 0;
  for (;;) {
    const page = await rows<EventRow>(
      pool,
      `${SELECT_EVENTS} WHERE ${CONDITIONS} AND chain_seq > $7::float8::bigint ORDER BY audit_event.chain_seq LIMIT $8`,
      [...conditions(filter), after, PAGE],
    );
    for (const row of page) yield { ...entryOf(row), body: row.body.toString() };
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.chain_seq;
  }
}

const stateAfter = z.object({
  state: z.object({ kind: stateKindSchema }),
  admission: admissionSchema,
  scope: z.unknown().optional(),
});

async function transitions(
  pool: Pool,
  environmentId: string,
  breaker: string,
  from: Millis,
  to: Millis,
  limit: number,
): Promise<SeriesTransition[]> {
  const found = await rows<EventRow>(
    pool,
    `${SELECT_EVENTS} WHERE chain = $1 AND breaker_key = $2 AND at >= to_timestamp($3::float8 / 1000.0)
       AND at < to_timestamp($4::float8 / 1000.0) AND seq IS NOT NULL AND ${UNFOLDED}
     ORDER BY audit_event.chain_seq DESC LIMIT $5`,
    [environmentId, breaker, from, to, limit],
  );
  const changes = found.flatMap((row): SeriesTransition[] => {
    const after = stateAfter.safeParse(parseBody(row).after);
    // The state of a part of the fleet is not that of the breaker.
    if (!after.success || after.data.scope !== undefined) return [];
    const state: StateKind = after.data.state.kind;
    const admission: Admission = after.data.admission;
    const { at, seq, action, actor_name: actor } = row;
    return [{ at, seq: seq ?? 0, state, admission, action, actor }];
  });
  return changes.reverse();
}
