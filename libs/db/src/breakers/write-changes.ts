import { admissionOf, type BreakerView, type Millis } from '@recloser/core';
import { RecloserError, type Actor } from '@recloser/protocol';
import {
  auditInsert,
  auditParameter,
  seal,
  type AuditDraft,
  type SealedEvent,
} from '../audit/chain.js';
import { isUuid } from '../ids.js';
import { viewOf } from './breaker-view.js';
import type { CommittedChange, EnvironmentHead, LockedBreaker } from '../rows/model.js';
import { policyJson } from './policy-json.js';
import { claimsOf } from '../people/claims.js';
import { rows, type Queryable } from '../sql.js';

/** An environment whose row this transaction has locked: nobody else changes anything in it until the end. */
export interface LockedEnvironment extends EnvironmentHead {
  readonly projectId: string;
  readonly projectKey: string;
  readonly key: string;
  readonly kind: string;
  readonly auditSeq: number;
  readonly auditHead: Buffer;
}

const LOCK_COLUMNS = `id, project_id AS "projectId", key, kind,
  (SELECT p.key FROM project p WHERE p.id = environment.project_id) AS "projectKey", epoch, seq::float8 AS seq,
  audit_seq::float8 AS "auditSeq", audit_head AS "auditHead"`;

/**
 * Locks one environment. NO KEY UPDATE keeps out every other committer and lets foreign keys through, so that
 * instances and keys can be inserted meanwhile.
 * @throws RecloserError `unknown_environment`
 */
export async function lockEnvironment(db: Queryable, id: string): Promise<LockedEnvironment> {
  const [row] = isUuid(id)
    ? await rows<LockedEnvironment>(
        db,
        `SELECT ${LOCK_COLUMNS} FROM environment WHERE id = $1 FOR NO KEY UPDATE`,
        [id],
      )
    : [];
  if (row === undefined) throw unknownEnvironment(id);
  return row;
}

/** Locks a project and then all its environments, always in the same order. */
export async function lockProject(db: Queryable, projectId: string): Promise<LockedEnvironment[]> {
  await rows(db, `SELECT 1 FROM project WHERE id = $1 FOR NO KEY UPDATE`, [projectId]);
  return rows<LockedEnvironment>(
    db,
    `SELECT ${LOCK_COLUMNS} FROM environment WHERE project_id = $1 ORDER BY id FOR NO KEY UPDATE`,
    [projectId],
  );
}

export function unknownEnvironment(id: string): RecloserError {
  return new RecloserError('unknown_environment', `There is no environment ${id}.`, {
    environment: id,
  });
}

/** One breaker's change, to be written with the next seq. */
export interface PendingChange {
  /** The breaker after the change; its `seq` is set here. */
  readonly after: LockedBreaker;
  readonly removed?: boolean;
  readonly action: string;
  readonly reason: string;
  readonly before: unknown;
  /** What the audit log keeps of the outcome. */
  readonly summary: unknown;
  readonly evidence?: unknown;
}

/** `state`: only what a transition can change is written. `all`: the row is written whole, new ones included. */
export type WriteKind = 'state' | 'all';

/**
 * Gives each change the next seq and writes states, change log, audit events and the environment's new heads in one
 * statement. The environment is locked by the caller, who also holds the transaction.
 */
export async function writeChanges(
  db: Queryable,
  environment: LockedEnvironment,
  actor: Actor,
  now: Millis,
  changes: readonly PendingChange[],
  scope: WriteKind,
): Promise<CommittedChange[]> {
  if (changes.length === 0) return [];
  const placed = changes.map((change, index): PlacedChange => {
    const seq = environment.seq + index + 1;
    const after: LockedBreaker = { ...change.after, seq };
    const view = change.removed === true ? null : viewOf(after, now);
    return { change, seq, after, view };
  });
  const events = sealChanges(environment, actor, now, placed);
  const head = events.at(-1);
  if (head === undefined) return [];
  await rows(db, scope === 'state' ? WRITE_STATES : WRITE_ALL, [
    environment.id,
    environment.seq + changes.length,
    head.header.chainSeq,
    head.hash,
    JSON.stringify(placed.map((change) => stateParameter(change, now, scope))),
    auditParameter(events, claimsOf(db)),
  ]);
  return placed.map(({ after, seq, view }, index) => ({
    key: after.key,
    seq,
    view,
    auditId: events[index]?.header.id ?? '',
  }));
}

interface PlacedChange {
  readonly change: PendingChange;
  readonly seq: number;
  readonly after: LockedBreaker;
  readonly view: BreakerView | null;
}

function sealChanges(
  environment: LockedEnvironment,
  actor: Actor,
  now: Millis,
  placed: readonly PlacedChange[],
): SealedEvent[] {
  const { id, auditSeq, auditHead } = environment;
  return seal(
    { chain: id, environmentId: id, chainSeq: auditSeq, head: auditHead },
    placed.map(({ change, seq }): AuditDraft => {
      const { action, reason, before, summary, evidence = null } = change;
      const breaker = change.after.key;
      const body = { before, after: summary, evidence };
      return { actor, action, reason, at: now, breaker, seq, body };
    }),
  );
}

/** Writes what changes no breaker into the environment's chain. Returns the environment with its new head. */
export async function appendToEnvironment(
  db: Queryable,
  environment: LockedEnvironment,
  draft: AuditDraft,
): Promise<LockedEnvironment> {
  const { id, auditSeq, auditHead } = environment;
  const events = seal({ chain: id, environmentId: id, chainSeq: auditSeq, head: auditHead }, [
    draft,
  ]);
  const [event] = events;
  if (event === undefined) return environment;
  await rows(db, auditInsert('$1'), [auditParameter(events, claimsOf(db))]);
  await rows(db, `UPDATE environment SET audit_seq = $2, audit_head = $3 WHERE id = $1`, [
    id,
    event.header.chainSeq,
    event.hash,
  ]);
  return { ...environment, auditSeq: event.header.chainSeq, auditHead: event.hash };
}

/** The heads of an environment after `count` further changes. */
export function headAfter(environment: LockedEnvironment, count: number): EnvironmentHead {
  return { id: environment.id, epoch: environment.epoch, seq: environment.seq + count };
}

function stateParameter(
  { seq, after, view }: PlacedChange,
  now: Millis,
  scope: WriteKind,
): unknown {
  const { state, control } = after;
  return {
    breaker_id: after.breakerId,
    key: after.key,
    version: after.version,
    kind: state.kind,
    mode: control.mode,
    held_until: control.mode === 'held' ? control.until : null,
    admission: admissionOf(state, control),
    state,
    scopes: after.scopes ?? [],
    last_version: after.lastVersion ?? 0,
    last: after.last,
    outage: after.outage,
    seq,
    due_at: view === null ? null : after.dueAt,
    changed_at: after.changedAt,
    at: now,
    view,
    ...(scope === 'all' && {
      revision: after.revision,
      policy: policyJson(after.policy),
      rules: after.rules,
      segments: after.segments,
    }),
  };
}

const WRITE_HEAD = `
  WITH item AS MATERIALIZED (
    SELECT * FROM json_to_recordset($5::json) AS i(breaker_id uuid, key text, version int, revision int,
      kind "StateKind", mode "Mode", held_until float8, admission bigint, state jsonb, scopes jsonb, last_version int,
      policy jsonb, rules jsonb, segments jsonb,
      last jsonb, outage jsonb, seq bigint, due_at float8, changed_at float8, at float8, view jsonb)
  ), environment_head AS (
    UPDATE environment SET seq = $2, audit_seq = $3, audit_head = $4 WHERE id = $1
  ), change_log AS (
    INSERT INTO change (environment_id, seq, breaker_key, view, at)
    SELECT $1, seq, key, view, to_timestamp(at / 1000.0) FROM item
  ), `;

const WRITE_STATES = `${WRITE_HEAD} states AS (
    UPDATE breaker_state s SET version = i.version, kind = i.kind, mode = i.mode,
      held_until = to_timestamp(i.held_until / 1000.0), admission = i.admission, state = i.state, scopes = i.scopes,
      last_version = i.last_version, last = i.last, outage = i.outage,
      seq = i.seq, due_at = to_timestamp(i.due_at / 1000.0), changed_at = to_timestamp(i.changed_at / 1000.0)
    FROM item i WHERE s.environment_id = $1 AND s.breaker_id = i.breaker_id
  ) ${auditInsert('$6')}`;

const WRITE_ALL = `${WRITE_HEAD} states AS (
    INSERT INTO breaker_state (environment_id, breaker_id, version, revision, kind, mode, held_until, admission,
      state, scopes, last_version, policy, rules, segments, last, outage, seq, due_at, changed_at)
    SELECT $1, breaker_id, version, revision, kind, mode, to_timestamp(held_until / 1000.0), admission, state,
      scopes, last_version, policy, rules, segments, last, outage, seq, to_timestamp(due_at / 1000.0), to_timestamp(changed_at / 1000.0) FROM item
    ON CONFLICT (environment_id, breaker_id) DO UPDATE SET version = excluded.version,
      revision = excluded.revision, kind = excluded.kind, mode = excluded.mode, held_until = excluded.held_until,
      admission = excluded.admission, state = excluded.state, scopes = excluded.scopes,
      last_version = excluded.last_version, policy = excluded.policy, rules = excluded.rules,
      segments = excluded.segments,
      last = excluded.last, outage = excluded.outage, seq = excluded.seq, due_at = excluded.due_at, changed_at = excluded.changed_at
  ) ${auditInsert('$6')}`;
