import { connectBackbone, type Backbone } from '@recloser/backbone';
import { command, DEFAULT_POLICY, HOUR_MS, latencyBinOf, type Policy } from '@recloser/core';
import { createDatabase, type Database } from '@recloser/db';
import { createLog } from '@recloser/server';
import { testPostgres, type TestServer } from '@recloser/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MIGRATED } from '../testing/fleet.js';
import { LearnService } from './learn.service.js';

const ADA = { kind: 'user', id: 'u1', name: 'Ada' } as const;
const AUTO: Policy = {
  ...DEFAULT_POLICY,
  call: {
    ...DEFAULT_POLICY.call,
    timeoutMs: 1_000,
    autoFalseRate: 0.001,
    autoMinMs: 50,
    autoMaxMs: 2_000,
  },
};

let server: TestServer;
let database: Database;
let backbone: Backbone;
let environmentId: string;
let learn: LearnService;

beforeAll(async () => {
  server = await testPostgres(MIGRATED);
  database = createDatabase(server.url);
  const log = createLog({ name: 'worker', level: 'silent' });
  backbone = await connectBackbone({ databaseUrl: server.url, name: 'test', log });
  await database.environments.seedDefaults();
  environmentId = (await database.environments.find('default', 'production')).id;
  learn = new LearnService(database, backbone, log);
});
afterAll(async () => {
  await backbone.close();
  await database.close();
  await server.close();
});

/** A breaker of which the last hours are known: 20,000 calls of 20 ms in each. */
async function breaker(key: string, policy: Policy, failures = 0): Promise<void> {
  await database.breakers.create(environmentId, ADA, { key, mode: 'auto', policy, reason: 'r' });
  await database.rollups.ensurePartitions(1);
  const hour = Math.floor((await database.now()) / HOUR_MS) * HOUR_MS;
  await database.rollups.upsert(
    [1, 2].map((back) => ({
      environmentId,
      breaker: key,
      at: hour - back * HOUR_MS,
      widthS: 10 as const,
      ok: 20_000 - failures,
      failures,
      slow: 0,
      timeouts: 0,
      stalled: 0,
      rejected: 0,
      throttled: 0,
      localLag: 0,
      latency: [latencyBinOf(20), 20_000],
    })),
  );
}
const load = async (key: string) => (await database.states.load(environmentId, [key]))[0]!;
const timeout = async (key: string) => (await load(key)).policy.call.timeoutMs;

it('a timeout that is to be learned goes a fifth towards what healthy hours show, once an hour', async () => {
  await breaker('stripe', AUTO);
  await breaker('by hand', { ...AUTO, call: { ...AUTO.call, autoFalseRate: null } });
  await breaker('sick', AUTO, 1_000);
  const { revision, version } = await load('stripe');
  await learn.run();
  await learn.run();
  expect(await timeout('stripe')).toBe(800);
  expect(await load('stripe')).toMatchObject({
    revision: revision + 1,
    version,
    view: { call: { timeoutMs: 800 } },
  });
  expect(await timeout('by hand')).toBe(1_000);
  expect(await timeout('sick')).toBe(1_000);

  const filter = { chain: environmentId, action: 'timeout.learned' };
  const { items } = await database.audit.list(filter, { limit: 10 });
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({
    breaker: 'stripe',
    actor: { kind: 'system', name: 'Recloser' },
    before: { policy: { call: { timeoutMs: 1_000 } } },
    after: { policy: { call: { timeoutMs: 800 } } },
  });
  expect(items[0]?.reason).toContain('P99.9 of 40,000 sampled calls');
  expect(await database.audit.verify(environmentId)).toMatchObject({ ok: true });
});

it('is not learned while the breaker is not closed', async () => {
  await breaker('later', AUTO);
  const move = (type: 'trip' | 'ramp.finish') =>
    database.states.commit(environmentId, ADA, ['later'], (locked, now) => {
      const result = command(locked, type === 'trip' ? { type, until: null } : { type }, now, 0);
      if (!result.ok) throw new Error(result.message);
      return { transition: result.transition, action: `breaker.${type}`, reason: 'r', dueAt: null };
    });
  await move('trip');
  await learn.run();
  expect(await timeout('later')).toBe(1_000);
  const { policy, revision } = await load('later');
  const late = { policy, expectedRevision: revision, reason: 'late', learned: 'timeout.learned' };
  await expect(database.breakers.edit(environmentId, ADA, 'later', late)).rejects.toMatchObject({
    code: 'not_closed',
  });
  await move('ramp.finish');
  await learn.run();
  expect(await timeout('later')).toBe(800);
});
