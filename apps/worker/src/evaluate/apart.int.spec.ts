import { connectBackbone, type Backbone } from '@recloser/backbone';
import { createDatabase, type Database } from '@recloser/db';
import { createLog, createMetrics } from '@recloser/server';
import { testPostgres, type TestServer } from '@recloser/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FleetOfFour, HASTY_POLICY, MIGRATED } from '../testing/fleet.js';
import { Sweep } from './sweep.service.js';

const PERSON = { kind: 'user', id: 'u1', name: 'Ada' } as const;
const log = createLog({ name: 'worker', level: 'silent' });

let server: TestServer;
let database: Database;
let backbone: Backbone;
let raw: pg.Pool;
let sweep: Sweep;
let live: string;
let dev: string;

beforeAll(async () => {
  server = await testPostgres(MIGRATED);
  database = createDatabase(server.url);
  backbone = await connectBackbone({ databaseUrl: server.url, name: 'test', log });
  raw = new pg.Pool({ connectionString: server.url, max: 2 });
  await database.environments.seedDefaults();
  live = (await database.environments.find('default', 'production')).id;
  dev = (await database.environments.find('default', 'development')).id;
  sweep = new Sweep(database, backbone, log, createMetrics('test'));
  sweep.onApplicationBootstrap();
});

afterAll(async () => {
  await sweep.beforeApplicationShutdown();
  await raw.end();
  await backbone.close();
  await database.close();
  await server.close();
});

async function create(key: string): Promise<void> {
  const input = { key, mode: 'auto', policy: HASTY_POLICY, reason: 'test' } as const;
  await database.breakers.create(live, PERSON, input);
  // A new breaker begins in every environment; in development with the defaults.
}

async function kindOf(environmentId: string, key: string): Promise<string | undefined> {
  const [breaker] = await database.states.load(environmentId, [key]);
  return breaker?.state.kind;
}

const heartbeatOf = async (environmentId: string) =>
  (await backbone.signals.heartbeatAges())(environmentId) ?? Number.POSITIVE_INFINITY;

/** Reports failures until a breaker is open. */
async function opens(environmentId: string, key: string, withinMs = 60_000): Promise<void> {
  const fleet = new FleetOfFour(backbone, environmentId, key);
  const deadline = performance.now() + withinMs;
  for (;;) {
    await fleet.report(1, 0, 80);
    if ((await kindOf(environmentId, key)) !== 'closed') return;
    if (performance.now() > deadline) throw new Error(`${key} is still closed`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('a lone worker whose clock is wrong', () => {
  it.each([-60_000, 40 * 86_400_000])(
    'goes on to say that it decides, %d ms off',
    async (offMs) => {
      const signals = backbone.signals;
      await expect.poll(() => heartbeatOf(live), { timeout: 60_000 }).toBeLessThan(2_000);
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + offMs });
      try {
        const since = await signals.now();
        const lastBeat = async () => (await signals.now()) - (await heartbeatOf(live));
        await expect.poll(lastBeat, { timeout: 60_000 }).toBeGreaterThan(since);
        sweep.check();
      } finally {
        vi.useRealTimers();
      }
    },
  );
});

describe('environments are evaluated apart', () => {
  it('a lock in one stops its own heartbeat, and no decision in another', async () => {
    await create('locked');
    await expect.poll(() => heartbeatOf(live), { timeout: 60_000 }).toBeLessThan(2_000);
    const client = await raw.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT 1 FROM environment WHERE id = $1 FOR UPDATE', [live]);
      await new FleetOfFour(backbone, live, 'locked').report(1, 0, 80);
      await opens(dev, 'locked');
      const fleet = new FleetOfFour(backbone, live, 'locked');
      await expect
        .poll(
          async () => {
            await fleet.report(1, 0, 80);
            return heartbeatOf(live);
          },
          { timeout: 60_000, interval: 250 },
        )
        .toBeGreaterThan(5_000);
      await expect.poll(() => heartbeatOf(dev)).toBeLessThan(3_000);
      expect(await kindOf(live, 'locked')).toBe('closed');
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
    await opens(live, 'locked');
    await expect.poll(() => heartbeatOf(live), { timeout: 60_000 }).toBeLessThan(2_000);
  });

  it('a breaker that cannot be written stops no other of its environment', async () => {
    await create('broken');
    await create('sound');
    await raw.query(`
      CREATE FUNCTION refuse_broken() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF EXISTS (SELECT 1 FROM breaker WHERE id = NEW.breaker_id AND key = 'broken') THEN
          RAISE EXCEPTION 'this row is damaged' USING ERRCODE = 'XX001';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER refuse_broken BEFORE UPDATE ON breaker_state
        FOR EACH ROW EXECUTE FUNCTION refuse_broken();`);
    await new FleetOfFour(backbone, live, 'broken').report(1, 0, 80);
    await opens(live, 'sound');
    expect(await kindOf(live, 'broken')).toBe('closed');
    await expect.poll(() => heartbeatOf(live), { timeout: 60_000 }).toBeLessThan(2_000);
    sweep.check();
    sweep.checkTurning();
  });
});
