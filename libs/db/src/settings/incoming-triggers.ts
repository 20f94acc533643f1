import type { Admission, Millis, TriggerAction } from '@recloser/core';
import { LIMITS, RecloserError, type Actor, type TriggerInfo } from '@recloser/protocol';
import { createHash, randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { appendSystem } from '../audit/chain.js';
import { commitIn } from '../breakers/commit-states.js';
import type { CommitResult, OnTransition } from '../breakers/states.js';
import { lockEnvironment, unknownEnvironment } from '../breakers/write-changes.js';
import { isUuid, uuidv7 } from '../ids.js';
import type { CommitChange, LockedBreaker } from '../rows/model.js';
import { millis, readClock, rows, transaction, type Queryable } from '../sql.js';
import { touch } from '../people/touch.js';

/** A trigger that works, as a call named it. */
export interface TriggerHolder extends Pick<
  TriggerInfo,
  'id' | 'name' | 'breaker' | 'action' | 'admission' | 'durationMs' | 'archived'
> {
  readonly environmentId: string;
}

export type TriggerAuthentication =
  | { readonly ok: true; readonly holder: TriggerHolder }
  | { readonly ok: false; readonly code: 'unknown_trigger' }
  | { readonly ok: false; readonly code: 'trigger_revoked'; readonly at: Millis };

export interface NewTrigger {
  readonly name: string;
  readonly breaker: string;
  readonly action: TriggerAction;
  /** null: it does not dim. */
  readonly admission: Admission | null;
  readonly durationMs: Millis;
}

/** `isNew`: the trigger has not been told of one of the alerts before. */
export type TriggerDecision = (
  locked: LockedBreaker,
  now: Millis,
  isNew: boolean,
) => CommitChange | null;

export interface IncomingTriggers {
  /**
   * Makes a trigger; its secret is shown this once, only its hash is kept.
   * @throws RecloserError `unknown_breaker`, `limit_reached`
   */
  create(
    environmentId: string,
    actor: Actor,
    input: NewTrigger,
  ): Promise<{ secret: string; record: TriggerInfo }>;
  /** Whose secret this is; also notes, at most once a minute, that it was used. */
  authenticate(secret: string): Promise<TriggerAuthentication>;
  /**
   * Carries out one call: remembers its alerts and commits what `decide` wants, both or neither.
   * @throws RecloserError `unknown_breaker` when it was archived, `trigger_revoked`
   */
  call(
    holder: TriggerHolder,
    alerts: readonly string[],
    decide: TriggerDecision,
  ): Promise<CommitResult>;
  /** Ends a trigger for good; ending it again changes nothing. @throws RecloserError `not_found` */
  revoke(environmentId: string, actor: Actor, id: string, reason: string): Promise<TriggerInfo>;
  /** Revoked ones too, the newest first. */
  list(environmentId: string): Promise<readonly TriggerInfo[]>;
}

const PREFIX = 'rtr_';
const SHAPE = /^rtr_[A-Za-z0-9_-]{43}$/;

const COLUMNS = `t.id, t.name, t.prefix, b.key AS breaker, b.archived_at IS NOT NULL AS archived, t.action,
  t.admission::float8 AS admission, t.duration_ms AS "durationMs", t.created_by AS "createdBy",
  ${millis('t.created_at')} AS "createdAt", ${millis('t.last_used_at')} AS "lastUsedAt",
  ${millis('t.revoked_at')} AS "revokedAt"`;
const FROM = `FROM incoming_trigger t JOIN breaker b ON b.id = t.breaker_id`;

type TriggerRow = TriggerInfo & Record<string, unknown>;

export function createIncomingTriggers(
  pool: Pool,
  onTransition: OnTransition = () => undefined,
): IncomingTriggers {
  return {
    create: (environmentId, actor, input) =>
      transaction(pool, (db) => createTrigger(db, environmentId, actor, input)),
    authenticate: (secret) => authenticate(pool, secret),
    call: async (...call) => {
      const { result, transitions } = await transaction(pool, (db) => callIn(db, ...call));
      transitions.forEach(onTransition);
      return result;
    },
    revoke: (environmentId, actor, id, reason) =>
      transaction(pool, (db) => revoke(db, environmentId, actor, id, reason)),
    list: async (environmentId) => {
      if (!isUuid(environmentId)) throw unknownEnvironment(environmentId);
      return rows<TriggerRow>(
        pool,
        `SELECT ${COLUMNS} ${FROM} WHERE t.environment_id = $1 ORDER BY t.created_at DESC, t.id DESC`,
        [environmentId],
      );
    },
  };
}

async function createTrigger(
  db: Queryable,
  environmentId: string,
  actor: Actor,
  { name, breaker, action, admission, durationMs }: NewTrigger,
): Promise<{ secret: string; record: TriggerInfo }> {
  const environment = await lockEnvironment(db, environmentId);
  await refuseMore(db, environmentId);
  const breakerId = await breakerIdOf(db, environment.projectId, breaker);
  const secret = PREFIX + randomBytes(32).toString('base64url');
  const now = await readClock(db);
  const record: TriggerInfo = {
    ...{ id: uuidv7(now), name, prefix: secret.slice(0, PREFIX.length + 4) },
    ...{ breaker, archived: false, action, admission, durationMs },
    ...{ createdBy: actor.name, createdAt: now, lastUsedAt: null, revokedAt: null },
  };
  await note(db, actor, 'trigger.create', '', now, environmentId, record);
  await rows(
    db,
    `INSERT INTO incoming_trigger
       (id, environment_id, breaker_id, name, prefix, hash, action, admission, duration_ms, created_by, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7::"TriggerAction", $8, $9, $10, to_timestamp($11::float8 / 1000.0))`,
    [
      ...[record.id, environmentId, breakerId, name, record.prefix, hashOf(secret)],
      ...[action, admission, durationMs, actor.name, now],
    ],
  );
  return { secret, record };
}

async function refuseMore(db: Queryable, environmentId: string): Promise<void> {
  const limit = LIMITS.triggersPerEnvironment;
  const [used] = await rows<{ count: number }>(
    db,
    `SELECT count(*)::float8 AS count FROM incoming_trigger WHERE environment_id = $1 AND revoked_at IS NULL`,
    [environmentId],
  );
  if ((used?.count ?? 0) < limit) return;
  throw new RecloserError(
    'limit_reached',
    `An environment has at most ${limit} triggers in force. Revoke one that is no longer used.`,
    { limit },
  );
}

async function breakerIdOf(db: Queryable, projectId: string, key: string): Promise<string> {
  const [found] = await rows<{ id: string }>(
    db,
    `SELECT id FROM breaker WHERE project_id = $1 AND key = $2 AND archived_at IS NULL`,
    [projectId, key],
  );
  if (found !== undefined) return found.id;
  const message = `There is no breaker "${key}" in this environment. Check the key, or create it.`;
  throw new RecloserError('unknown_breaker', message, { breaker: key });
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

async function authenticate(pool: Pool, secret: string): Promise<TriggerAuthentication> {
  if (!SHAPE.test(secret)) return { ok: false, code: 'unknown_trigger' };
  const [row] = await rows<TriggerRow & { environmentId: string; stale: boolean }>(
    pool,
    `SELECT ${COLUMNS}, t.environment_id AS "environmentId",
       t.last_used_at IS NULL OR t.last_used_at < now() - interval '1 minute' AS stale
     ${FROM} WHERE t.hash = $1`,
    [hashOf(secret)],
  );
  if (row === undefined) return { ok: false, code: 'unknown_trigger' };
  if (row.revokedAt !== null) return { ok: false, code: 'trigger_revoked', at: row.revokedAt };
  if (row.stale) await touch(pool, 'incoming_trigger', row.id);
  const { id, name, breaker, archived, action, admission, durationMs, environmentId } = row;
  const holder = { id, name, breaker, archived, action, admission, durationMs, environmentId };
  return { ok: true, holder };
}

/** Locks the trigger before the environment. Nobody who holds an environment's lock waits for a trigger's. */
async function callIn(
  db: Queryable,
  { id, name, breaker, environmentId }: TriggerHolder,
  alerts: readonly string[],
  decide: TriggerDecision,
) {
  const [trigger] = await rows<{ alerts: string[]; revokedAt: Millis | null }>(
    db,
    `SELECT alerts, ${millis('revoked_at')} AS "revokedAt" FROM incoming_trigger WHERE id = $1 FOR NO KEY UPDATE`,
    [id],
  );
  if (trigger === undefined || trigger.revokedAt !== null) {
    throw new RecloserError('trigger_revoked', 'The trigger was revoked. Create another one.');
  }
  const told = [...new Set(alerts.map(digestOf))];
  const isNew = told.some((alert) => !trigger.alerts.includes(alert));
  const actor: Actor = { kind: 'trigger', id, name: `trigger:${name}` };
  const committed = await commitIn(db, environmentId, actor, [breaker], (locked, now) =>
    decide(locked, now, isNew),
  );
  if (committed.result.missing.length > 0) throw archivedBreaker(breaker);
  if (isNew) {
    const others = trigger.alerts.filter((alert) => !told.includes(alert));
    const latest = [...others, ...told].slice(-LIMITS.alertsPerTrigger);
    await rows(db, `UPDATE incoming_trigger SET alerts = $2 WHERE id = $1`, [id, latest]);
  }
  return committed;
}

/** What a call of a trigger is refused with whose breaker is archived. */
export const archivedBreaker = (key: string): RecloserError =>
  new RecloserError(
    'unknown_breaker',
    `The breaker "${key}" was archived, so this trigger does nothing. Revoke it, or create the breaker again.`,
    { breaker: key },
  );

const digestOf = (alert: string): string =>
  createHash('sha256').update(alert).digest('base64url').slice(0, 22);

async function revoke(
  db: Queryable,
  environmentId: string,
  actor: Actor,
  id: string,
  reason: string,
): Promise<TriggerInfo> {
  const [before] =
    isUuid(environmentId) && isUuid(id)
      ? await rows<TriggerRow>(
          db,
          `SELECT ${COLUMNS} ${FROM} WHERE t.id = $1 AND t.environment_id = $2 FOR NO KEY UPDATE OF t`,
          [id, environmentId],
        )
      : [];
  if (before === undefined) {
    throw new RecloserError('not_found', `There is no trigger ${id} in this environment.`, { id });
  }
  if (before.revokedAt !== null) return before;
  const now = await readClock(db);
  const record = { ...before, revokedAt: now };
  await note(db, actor, 'trigger.revoke', reason, now, environmentId, record);
  await rows(
    db,
    `UPDATE incoming_trigger SET revoked_at = to_timestamp($2::float8 / 1000.0) WHERE id = $1`,
    [id, now],
  );
  return record;
}

async function note(
  db: Queryable,
  actor: Actor,
  action: string,
  reason: string,
  at: Millis,
  environmentId: string,
  trigger: TriggerInfo,
): Promise<void> {
  const { id, name, prefix, breaker, action: does, admission, durationMs, revokedAt } = trigger;
  const after = {
    ...{ id, name, prefix, environmentId, breaker, action: does, admission, durationMs },
    revokedAt,
  };
  const body = { before: null, after, evidence: null };
  await appendSystem(db, [{ actor, action, reason, at, breaker: null, seq: null, body }]);
}
