import { LIMITS } from '@recloser/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { createDatabase } from '../database.js';
import type { ServiceUse } from './services.js';
import { anna, openFixture } from '../spec/fixture.js';

const DAY = 86_400_000;

const at = await openFixture();
let environmentId: string;
let keys: readonly [string, string];
let round = 0;

beforeEach(async () => {
  round += 1;
  const input = { key: `env-${round}`, name: 'Env', kind: 'development' } as const;
  environmentId = (await at.db.environments.create(anna, 'default', input)).id;
  keys = [`a-${round}`, `b-${round}`];
  for (const key of keys) await at.db.breakers.create(environmentId, anna, { key, reason: 'r' });
});

const use = (breaker: string, service: string, lastUsedAt = Date.now()): ServiceUse => ({
  environmentId,
  breaker,
  service,
  lastUsedAt,
});
const list = () => at.db.services.list(environmentId);

describe('services', () => {
  it('are told with the breakers they call and the instances that are connected', async () => {
    const now = Date.now();
    const [a, b] = keys;
    await at.db.services.noteUses([
      use(b, 'web', now - 5),
      use(a, 'web', now),
      use(a, 'mail', now),
    ]);
    const instance = {
      environmentId,
      zone: null,
      region: null,
      sdk: 'js/1',
      hubId: 'h',
      keyId: null,
      ackedSeq: 0,
    };
    const times = { lagMs: 0, connectedAt: now, lastSeenAt: now };
    await at.db.instances.upsertMany([
      { ...instance, ...times, instanceId: 'i', service: 'web' },
      { ...instance, ...times, instanceId: 'j', service: 'web' },
      { ...instance, ...times, instanceId: 'k', service: 'idle' },
    ]);
    expect(await list()).toEqual({
      complete: true,
      items: [
        { service: 'idle', instances: 1, breakers: [], lastUsedAt: null },
        { service: 'mail', instances: 0, breakers: [a], lastUsedAt: now },
        { service: 'web', instances: 2, breakers: [a, b], lastUsedAt: now },
      ],
    });
  });

  it('keep the latest time, however late an earlier one is told', async () => {
    const now = Date.now();
    const [a] = keys;
    await at.db.services.noteUses([use(a, 'web', now), use(a, 'web', now - 1)]);
    await at.db.services.noteUses([use(a, 'web', now - DAY)]);
    expect((await list()).items).toMatchObject([{ lastUsedAt: now }]);
  });

  it('do not tell of breakers that are archived or were never here', async () => {
    const [a, b] = keys;
    await at.db.services.noteUses([use(a, 'web'), use(b, 'web'), use('nobody', 'web')]);
    await at.db.breakers.archive(environmentId, anna, a, 'not used');
    expect((await list()).items).toMatchObject([{ breakers: [b] }]);
  });

  it('are forgotten when they call no more', async () => {
    const now = Date.now();
    const [a] = keys;
    await at.db.services.noteUses([use(a, 'old', now - 8 * DAY), use(a, 'web', now)]);
    expect(await at.db.services.dropUsesOlderThan(7 * DAY)).toBeGreaterThanOrEqual(1);
    expect((await list()).items.map(({ service }) => service)).toEqual(['web']);
  });

  it('tell the latest uses when there are too many, and say so', async () => {
    await at.raw.query(
      `INSERT INTO service_use (environment_id, breaker_key, service, last_used_at)
       SELECT $1, $2, 's' || i, now() - i * interval '1 second' FROM generate_series(0, $3) i`,
      [environmentId, keys[0], LIMITS.usesPerList],
    );
    const { items, complete } = await list();
    expect(complete).toBe(false);
    expect(items).toHaveLength(LIMITS.usesPerList);
    expect(items.some(({ service }) => service === `s${LIMITS.usesPerList}`)).toBe(false);
  });

  it('are written by two nodes at once without a deadlock', async () => {
    const other = createDatabase(at.url);
    const many = Array.from({ length: 100 }, (_, index) => `s${index}`);
    const uses = (services: readonly string[], at: number) =>
      services.map((service) => use(keys[0], service, at));
    await Promise.all(
      Array.from({ length: 10 }, (_, index) => [
        at.db.services.noteUses(uses(many, index)),
        other.services.noteUses(uses(many.toReversed(), index)),
      ]).flat(),
    );
    await other.close();
    expect((await list()).items).toHaveLength(100);
  });

  it('of an environment that is not there are none', async () => {
    const nobody = at.db.services.list('nobody');
    await expect(nobody).rejects.toMatchObject({ code: 'unknown_environment' });
  });
});
