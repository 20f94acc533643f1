import type { EnvironmentKind, Millis } from '@recloser/core';
import { LIMITS, RecloserError, type Actor, type ApiKey } from '@recloser/protocol';
import { createHash, randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { appendSystem } from '../audit/chain.js';
import { isUuid, uuidv7 } from '../ids.js';
import { millis, readClock, rows, transaction, type Queryable } from '../sql.js';
import { lockEnvironment, unknownEnvironment } from '../breakers/write-changes.js';
import { touch } from './touch.js';

/** Whom a key lets in. */
export interface KeyHolder {
  readonly keyId: string;
  readonly environmentId: string;
  readonly environment: { readonly key: string; readonly kind: EnvironmentKind };
  readonly projectKey: string;
}

export type Authentication =
  | { readonly ok: true; readonly holder: KeyHolder }
  | { readonly ok: false; readonly code: 'invalid_key' | 'key_revoked' };

export interface Keys {
  /** Makes a key; it is shown this once, only its hash is kept. @throws RecloserError `limit_reached` */
  create(
    environmentId: string,
    actor: Actor,
    name: string,
  ): Promise<{ key: string; record: ApiKey }>;
  /** Whom a key belongs to; also notes, at most once a minute, that it was used. */
  authenticate(key: string): Promise<Authentication>;
  /** Ends a key for good; ending it again changes nothing. @throws RecloserError `not_found` */
  revoke(environmentId: string, actor: Actor, keyId: string, reason: string): Promise<ApiKey>;
  /** The names of keys, by id; one that does not exist is left out. */
  names(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Revoked ones too, the newest first. */
  list(environmentId: string): Promise<readonly ApiKey[]>;
}

const PREFIX: Readonly<Record<EnvironmentKind, string>> = {
  production: 'prod',
  development: 'dev',
};
const SHAPE = /^rk_[a-z]{1,16}_[A-Za-z0-9_-]{43}$/;

const COLUMNS = `id, name, prefix, created_by AS "createdBy", ${millis('created_at')} AS "createdAt",
  ${millis('last_used_at')} AS "lastUsedAt", ${millis('revoked_at')} AS "revokedAt"`;

type KeyRow = ApiKey & Record<string, unknown>;

export function createKeys(pool: Pool): Keys {
  return {
    create: (environmentId, actor, name) =>
      transaction(pool, (db) => createKey(db, environmentId, actor, name)),
    authenticate: (key) => authenticate(pool, key),
    revoke: (environmentId, actor, keyId, reason) =>
      transaction(pool, (db) => revoke(db, environmentId, actor, keyId, reason)),
    names: async (ids) => {
      const known = ids.filter(isUuid);
      const found = await rows<{ id: string; name: string }>(
        pool,
        `SELECT id, name FROM sdk_key WHERE id = ANY($1::uuid[])`,
        [known],
      );
      return new Map(found.map(({ id, name }) => [id, name]));
    },
    list: async (environmentId) => {
      if (!isUuid(environmentId)) throw unknownEnvironment(environmentId);
      return rows<KeyRow>(
        pool,
        `SELECT ${COLUMNS} FROM sdk_key WHERE environment_id = $1 ORDER BY created_at DESC, id DESC`,
        [environmentId],
      );
    },
  };
}

async function createKey(
  db: Queryable,
  environmentId: string,
  actor: Actor,
  name: string,
): Promise<{ key: string; record: ApiKey }> {
  const environment = await lockEnvironment(db, environmentId);
  const [used] = await rows<{ count: number }>(
    db,
    `SELECT count(*)::float8 AS count FROM sdk_key WHERE environment_id = $1 AND revoked_at IS NULL`,
    [environmentId],
  );
  if ((used?.count ?? 0) >= LIMITS.keysPerEnvironment) {
    throw new RecloserError(
      'limit_reached',
      `An environment has at most ${LIMITS.keysPerEnvironment} keys in force. Revoke one that is no longer used.`,
      { limit: LIMITS.keysPerEnvironment },
    );
  }
  const kind = environment.kind === 'production' ? 'production' : 'development';
  const key = `rk_${PREFIX[kind]}_${randomBytes(32).toString('base64url')}`;
  const now = await readClock(db);
  const [record] = await rows<KeyRow>(
    db,
    `INSERT INTO sdk_key (id, environment_id, name, prefix, hash, created_by, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000.0)) RETURNING ${COLUMNS}`,
    [uuidv7(now), environmentId, name, shown(key), hashOf(key), actor.name, now],
  );
  if (record === undefined)
    throw new RecloserError('unavailable', 'The key was not stored. Try again.');
  await note(db, actor, 'key.create', '', now, environmentId, record);
  return { key, record };
}

/** As much of a key as may be shown: its kind and four characters. */
function shown(key: string): string {
  return key.slice(0, key.indexOf('_', 3) + 5);
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

async function authenticate(pool: Pool, key: string): Promise<Authentication> {
  if (!SHAPE.test(key)) return { ok: false, code: 'invalid_key' };
  const [row] = await rows<{
    id: string;
    environment_id: string;
    environment_key: string;
    kind: EnvironmentKind;
    project_key: string;
    revoked: boolean;
    stale: boolean;
  }>(
    pool,
    `SELECT k.id, k.environment_id, e.key AS environment_key, e.kind, p.key AS project_key,
       k.revoked_at IS NOT NULL AS revoked,
       k.last_used_at IS NULL OR k.last_used_at < now() - interval '1 minute' AS stale
     FROM sdk_key k JOIN environment e ON e.id = k.environment_id JOIN project p ON p.id = e.project_id
     WHERE k.hash = $1`,
    [hashOf(key)],
  );
  if (row === undefined) return { ok: false, code: 'invalid_key' };
  if (row.revoked) return { ok: false, code: 'key_revoked' };
  if (row.stale) await touch(pool, 'sdk_key', row.id);
  return {
    ok: true,
    holder: {
      keyId: row.id,
      environmentId: row.environment_id,
      environment: { key: row.environment_key, kind: row.kind },
      projectKey: row.project_key,
    },
  };
}

async function revoke(
  db: Queryable,
  environmentId: string,
  actor: Actor,
  keyId: string,
  reason: string,
): Promise<ApiKey> {
  const known = isUuid(environmentId) && isUuid(keyId);
  const [before] = known
    ? await rows<KeyRow>(
        db,
        `SELECT ${COLUMNS} FROM sdk_key WHERE id = $1 AND environment_id = $2 FOR NO KEY UPDATE`,
        [keyId, environmentId],
      )
    : [];
  if (before === undefined) {
    throw new RecloserError('not_found', `There is no key ${keyId} in this environment.`, {
      keyId,
    });
  }
  if (before.revokedAt !== null) return before;
  const now = await readClock(db);
  await rows(
    db,
    `UPDATE sdk_key SET revoked_at = to_timestamp($2::float8 / 1000.0) WHERE id = $1`,
    [keyId, now],
  );
  const record = { ...before, revokedAt: now };
  await note(db, actor, 'key.revoke', reason, now, environmentId, record);
  return record;
}

async function note(
  db: Queryable,
  actor: Actor,
  action: string,
  reason: string,
  at: Millis,
  environmentId: string,
  { id, name, prefix, revokedAt }: ApiKey,
): Promise<void> {
  const after = { id, name, prefix, environmentId, revokedAt };
  const body = { before: null, after, evidence: null };
  await appendSystem(db, [{ actor, action, reason, at, breaker: null, seq: null, body }]);
}
