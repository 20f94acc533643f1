import { LIMITS } from '@recloser/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { createDatabase } from '../database.js';
import type { SeenInstance } from './instances.js';
import { anna, openFixture } from '../spec/fixture.js';

const DAY = 86_400_000;

const at = await openFixture();
let environmentId: string;
let round = 0;

beforeEach(async () => {
  round += 1;
  const input = { key: `env-${round}`, name: 'Env', kind: 'development' } as const;
  environmentId = (await at.db.environments.create(anna, 'default', input)).id;
});

describe('keys', () => {
  it('let in who has one, until it is revoked', async () => {
    const { key, record } = await at.db.keys.create(environmentId, anna, 'checkout');
    expect(key).toMatch(/^rk_dev_[A-Za-z0-9_-]{43}$/);
    expect(record).toMatchObject({ name: 'checkout', createdBy: 'Anna', revokedAt: null });
    expect(key.startsWith(record.prefix)).toBe(true);
    expect(record.prefix).toHaveLength(11);
    const holder = {
      keyId: record.id,
      environmentId,
      environment: { key: `env-${round}`, kind: 'development' },
      projectKey: 'default',
    };
    expect(await at.db.keys.authenticate(key)).toEqual({ ok: true, holder });
    const [used] = await at.db.keys.list(environmentId);
    expect(used?.lastUsedAt).toBeGreaterThanOrEqual(record.createdAt);

    const revoked = await at.db.keys.revoke(environmentId, anna, record.id, 'leaked');
    expect(revoked.revokedAt).not.toBeNull();
    expect(await at.db.keys.authenticate(key)).toEqual({ ok: false, code: 'key_revoked' });
    expect(await at.db.keys.revoke(environmentId, anna, record.id, 'again')).toEqual(revoked);
    const { items } = await at.db.audit.list({ chain: 'system', action: 'key' }, { limit: 2 });
    expect(items.map(({ action, reason }) => [action, reason])).toEqual([
      ['key.revoke', 'leaked'],
      ['key.create', ''],
    ]);
    expect(JSON.stringify(items)).not.toContain(key);
  });

  it('are kept as a hash only', async () => {
    const { key } = await at.db.keys.create(environmentId, anna, 'k');
    const { rows } = await at.raw.query(`SELECT row_to_json(k)::text AS text FROM sdk_key k`);
    expect(JSON.stringify(rows)).not.toContain(key.slice(12));
  });

  it('of another environment, kind or shape are refused alike', async () => {
    const { key, record } = await at.db.keys.create(environmentId, anna, 'k');
    for (const other of [
      '',
      'rk_dev_',
      `${key}x`,
      key.replace('dev', 'prod'),
      'Bearer x',
      key.toUpperCase(),
    ]) {
      expect(await at.db.keys.authenticate(other)).toEqual({ ok: false, code: 'invalid_key' });
    }
    for (const [environment, id] of [
      [at.production.id, record.id],
      [environmentId, 'nonsense'],
    ] as const) {
      await expect(at.db.keys.revoke(environment, anna, id, 'r')).rejects.toMatchObject({
        code: 'not_found',
      });
    }
  });

  it('are limited in number', async () => {
    await at.raw.query(
      `INSERT INTO sdk_key (id, environment_id, name, prefix, hash, created_by)
       SELECT gen_random_uuid(), $1::uuid, 'k', 'p', sha256(($1::uuid::text || i::text)::bytea), 'x'
       FROM generate_series(1, $2) i`,
      [environmentId, LIMITS.keysPerEnvironment],
    );
    const over = at.db.keys.create(environmentId, anna, 'k');
    await expect(over).rejects.toMatchObject({ code: 'limit_reached' });
  });
});

describe('instances', () => {
  const seen = (instanceId: string, change: Partial<SeenInstance> = {}): SeenInstance => ({
    environmentId,
    instanceId,
    service: 'checkout',
    zone: 'a',
    region: null,
    sdk: 'js/0.1.0',
    hubId: 'h1',
    keyId: null,
    ackedSeq: 0,
    lagMs: 3,
    connectedAt: Date.now(),
    lastSeenAt: Date.now(),
    ...change,
  });
  const list = (filter: object = {}) =>
    at.db.instances.list(environmentId, { limit: 50, ...filter });

  it('are listed with how far behind they are, in pages', async () => {
    await at.db.breakers.create(environmentId, anna, { key: `b-${round}`, reason: 'r' });
    await at.db.instances.upsertMany([
      seen('b', { ackedSeq: 1 }),
      seen('a'),
      seen('c', { service: 'mail' }),
    ]);
    const all = await list();
    expect(all).toMatchObject({ seq: 1, next: null });
    expect(all.items.map(({ instanceId, behind }) => [instanceId, behind])).toEqual([
      ['a', 1],
      ['b', 0],
      ['c', 1],
    ]);
    expect((await list({ service: 'mail' })).items).toHaveLength(1);
    const first = await list({ limit: 2 });
    expect(first.next).toBe('b');
    expect(
      (await list({ limit: 2, after: 'b' })).items.map(({ instanceId }) => instanceId),
    ).toEqual(['c']);
  });

  it('name the key that they came with', async () => {
    const { record } = await at.db.keys.create(environmentId, anna, 'checkout in production');
    await at.db.instances.upsertMany([seen('a', { keyId: record.id }), seen('b')]);
    expect((await list()).items).toMatchObject([
      { instanceId: 'a', keyId: record.id, keyName: 'checkout in production' },
      { instanceId: 'b', keyId: null, keyName: null },
    ]);
  });

  it('are found by a part of what they say of themselves', async () => {
    const found = async (q: string) =>
      (await list({ q })).items.map(({ instanceId }) => instanceId);
    await at.db.instances.upsertMany([
      seen('a', { service: 'mail' }),
      seen('D_%', { zone: 'eu-1', region: 'eu' }),
    ]);
    expect(await found('d_%')).toEqual(['D_%']);
    expect(await found('EU-1')).toEqual(['D_%']);
    expect(await found('mAi')).toEqual(['a']);
    expect(await found('checkoutb')).toEqual([]);
  });

  it('belong to the hub that saw them last', async () => {
    const now = Date.now();
    await at.db.instances.upsertMany([seen('a', { lastSeenAt: now - 1_000 })]);
    await at.db.instances.upsertMany([seen('a', { hubId: 'h2', lastSeenAt: now })]);
    await at.db.instances.upsertMany([seen('a', { hubId: 'h1', lastSeenAt: now - 500 })]);
    await at.db.instances.markGone(environmentId, 'h1', ['a']);
    expect((await list()).items).toMatchObject([{ instanceId: 'a', disconnectedAt: null }]);
    await at.db.instances.markGone(environmentId, 'h2', ['a']);
    expect((await list()).items).toEqual([]);
    expect((await list({ gone: true })).items).toHaveLength(1);
    await at.db.instances.upsertMany([seen('a', { lastSeenAt: now + 1 })]);
    expect((await list()).items).toHaveLength(1);
  });

  it('take the later of two sights in one batch', async () => {
    const now = Date.now();
    await at.db.instances.upsertMany([
      seen('a', { lastSeenAt: now, lagMs: 7 }),
      seen('a', { lastSeenAt: now - 5, lagMs: 1 }),
    ]);
    expect((await list()).items).toMatchObject([{ lagMs: 7 }]);
  });

  it('count as gone when nobody sees them, and are forgotten', async () => {
    const now = Date.now();
    await at.db.instances.upsertMany([
      seen('old', { lastSeenAt: now - 2 * DAY }),
      seen('silent', { lastSeenAt: now - 60_000 }),
      seen('here', { lastSeenAt: now }),
    ]);
    expect(await at.db.instances.markSilentGone(30_000)).toBeGreaterThanOrEqual(2);
    expect((await list()).items.map(({ instanceId }) => instanceId)).toEqual(['here']);
    expect(await at.db.instances.dropOlderThan(DAY)).toBeGreaterThanOrEqual(1);
    expect((await list({ gone: true })).items.map(({ instanceId }) => instanceId)).toEqual([
      'here',
      'silent',
    ]);
  });

  it('are written by two nodes at once without a deadlock', async () => {
    const other = createDatabase(at.url);
    const ids = Array.from({ length: 50 }, (_, index) => `i${index}`);
    const many = (order: readonly string[]) => order.map((id) => seen(id));
    const rounds = Array.from({ length: 10 }, (_, index) => index);
    const writes = rounds.flatMap(() => [
      at.db.instances.upsertMany(many(ids)),
      other.instances.upsertMany(many([...ids].reverse())),
      at.db.instances.markGone(environmentId, 'h1', ids),
    ]);
    await Promise.all(writes);
    await other.close();
    expect((await list({ gone: true })).items).toHaveLength(50);
  });
});
