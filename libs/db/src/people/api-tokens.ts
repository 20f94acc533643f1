import type { Millis, Role } from '@recloser/core';
import { LIMITS, RecloserError, type Actor, type ApiToken } from '@recloser/protocol';
import { createHash, randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { appendSystem } from '../audit/chain.js';
import { isUuid, uuidv7 } from '../ids.js';
import { millis, NOW, readClock, rows, transaction, type Queryable } from '../sql.js';
import { touch } from './touch.js';

/** A token that works, as it came with a request. */
export type TokenHolder = Pick<
  ApiToken,
  'id' | 'name' | 'role' | 'project' | 'environment' | 'expiresAt'
>;

export type TokenAuthentication =
  | { readonly ok: true; readonly holder: TokenHolder }
  | { readonly ok: false; readonly code: 'invalid_token' }
  | { readonly ok: false; readonly code: 'token_expired' | 'token_revoked'; readonly at: Millis };

export interface NewToken {
  readonly name: string;
  readonly role: Role;
  /** Keys; null: it is not limited. */
  readonly project: string | null;
  readonly environment: string | null;
  /** Null: it does not end; undefined: after LIMITS.tokenDays. */
  readonly expiresAt: Millis | null | undefined;
}

export interface ApiTokens {
  /**
   * Makes a token; it is shown this once, only its hash is kept.
   * @throws RecloserError `limit_reached`, `invalid_time`, `unknown_project`, `unknown_environment`
   */
  create(actor: Actor, input: NewToken): Promise<{ token: string; record: ApiToken }>;
  /** Whose token this is; also notes, at most once a minute, that it was used. */
  authenticate(token: string): Promise<TokenAuthentication>;
  /** Ends a token for good; ending it again changes nothing. @throws RecloserError `not_found` */
  revoke(actor: Actor, id: string, reason: string): Promise<ApiToken>;
  /** Revoked and expired ones too, the newest first. */
  list(): Promise<readonly ApiToken[]>;
}

const SHAPE = /^rct_[A-Za-z0-9_-]{43}$/;
const DAY_MS = 86_400_000;

const SELECT = `SELECT t.id, t.name, t.prefix, t.role, p.key AS project, v.key AS environment,
  t.created_by AS "createdBy", ${millis('t.created_at')} AS "createdAt", ${millis('t.expires_at')} AS "expiresAt",
  ${millis('t.last_used_at')} AS "lastUsedAt", ${millis('t.revoked_at')} AS "revokedAt"
  FROM api_token t LEFT JOIN project p ON p.id = t.project_id LEFT JOIN environment v ON v.id = t.environment_id`;

type TokenRow = ApiToken & Record<string, unknown>;

export function createApiTokens(pool: Pool): ApiTokens {
  return {
    create: (actor, input) => transaction(pool, (db) => createToken(db, actor, input)),
    authenticate: (token) => authenticate(pool, token),
    revoke: (actor, id, reason) => transaction(pool, (db) => revoke(db, actor, id, reason)),
    list: () => rows<TokenRow>(pool, `${SELECT} ORDER BY t.created_at DESC, t.id DESC`),
  };
}

async function createToken(
  db: Queryable,
  actor: Actor,
  input: NewToken,
): Promise<{ token: string; record: ApiToken }> {
  const now = await readClock(db);
  const expiresAt = endOf(input.expiresAt, now);
  const place = await placeOf(db, input);
  const token = `rct_${randomBytes(32).toString('base64url')}`;
  const id = uuidv7(now);
  const { name, role, project, environment } = input;
  const record: ApiToken = {
    id,
    name,
    prefix: token.slice(0, 'rct_'.length + 4),
    role,
    project,
    environment,
    createdBy: actor.name,
    createdAt: now,
    expiresAt,
    lastUsedAt: null,
    revokedAt: null,
  };
  // The event locks the system chain, so that two who create at once count one after the other.
  await note(db, actor, 'token.create', '', now, record);
  await refuseMore(db);
  await rows(
    db,
    `INSERT INTO api_token (id, name, prefix, hash, role, project_id, environment_id, created_by, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5::"Role", $6, $7, $8, to_timestamp($9::float8 / 1000.0),
       to_timestamp($10::float8 / 1000.0))`,
    [
      id,
      name,
      record.prefix,
      hashOf(token),
      role,
      place.projectId,
      place.environmentId,
      actor.name,
      now,
      expiresAt,
    ],
  );
  return { token, record };
}

function endOf(given: Millis | null | undefined, now: Millis): Millis | null {
  if (given === undefined) return now + LIMITS.tokenDays * DAY_MS;
  if (given === null || given > now) return given;
  throw new RecloserError('invalid_time', 'expiresAt is over. Give a later time, or null.', {
    expiresAt: given,
  });
}

async function refuseMore(db: Queryable): Promise<void> {
  const [used] = await rows<{ count: number }>(
    db,
    `SELECT count(*)::float8 AS count FROM api_token
     WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`,
  );
  if ((used?.count ?? 0) < LIMITS.tokens) return;
  throw new RecloserError(
    'limit_reached',
    `There are at most ${LIMITS.tokens} tokens in force. Revoke one that is no longer used.`,
    { limit: LIMITS.tokens },
  );
}

interface TokenPlace {
  readonly projectId: string | null;
  readonly environmentId: string | null;
}

async function placeOf(
  db: Queryable,
  { project, environment }: Pick<NewToken, 'project' | 'environment'>,
): Promise<TokenPlace> {
  if (project === null) return { projectId: null, environmentId: null };
  const [found] = await rows<{ projectId: string; environmentId: string | null }>(
    db,
    `SELECT p.id AS "projectId", v.id AS "environmentId"
     FROM project p LEFT JOIN environment v ON v.project_id = p.id AND v.key = $2 WHERE p.key = $1`,
    [project, environment],
  );
  if (found === undefined) {
    throw new RecloserError('unknown_project', `There is no project "${project}".`, { project });
  }
  if (environment !== null && found.environmentId === null) {
    throw new RecloserError(
      'unknown_environment',
      `The project "${project}" has no environment "${environment}".`,
      { project, environment },
    );
  }
  return found;
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

async function authenticate(pool: Pool, token: string): Promise<TokenAuthentication> {
  if (!SHAPE.test(token)) return { ok: false, code: 'invalid_token' };
  const [row] = await rows<TokenRow & { now: Millis; stale: boolean }>(
    pool,
    `SELECT f.*, ${NOW} AS now, "lastUsedAt" IS NULL OR "lastUsedAt" < ${NOW} - 60000 AS stale
     FROM (${SELECT} WHERE t.hash = $1) f`,
    [hashOf(token)],
  );
  if (row === undefined) return { ok: false, code: 'invalid_token' };
  const { id, name, role, project, environment, expiresAt, revokedAt, now } = row;
  if (revokedAt !== null) return { ok: false, code: 'token_revoked', at: revokedAt };
  if (expiresAt !== null && expiresAt <= now) {
    return { ok: false, code: 'token_expired', at: expiresAt };
  }
  if (row.stale) await touch(pool, 'api_token', id);
  return { ok: true, holder: { id, name, role, project, environment, expiresAt } };
}

async function revoke(db: Queryable, actor: Actor, id: string, reason: string): Promise<ApiToken> {
  const [before] = isUuid(id)
    ? await rows<TokenRow>(db, `${SELECT} WHERE t.id = $1 FOR NO KEY UPDATE OF t`, [id])
    : [];
  if (before === undefined) {
    throw new RecloserError('not_found', `There is no token ${id}. List them at /v1/tokens.`, {
      id,
    });
  }
  if (before.revokedAt !== null) return before;
  const now = await readClock(db);
  const record = { ...before, revokedAt: now };
  // Before the update: a token may end itself.
  await note(db, actor, 'token.revoke', reason, now, record);
  await rows(
    db,
    `UPDATE api_token SET revoked_at = to_timestamp($2::float8 / 1000.0) WHERE id = $1`,
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
  token: ApiToken,
): Promise<void> {
  const { id, name, prefix, role, project, environment, expiresAt, revokedAt } = token;
  const after = { id, name, prefix, role, project, environment, expiresAt, revokedAt };
  const body = { before: null, after, evidence: null };
  await appendSystem(db, [{ actor, action, reason, at, breaker: null, seq: null, body }]);
}
