import { connectBackbone, type Backbone } from '@recloser/backbone';
import { BUCKET_MS, DEFAULT_CORRELATED, EMPTY_COUNTS, INSTANCE_WINDOWS_MS } from '@recloser/core';
import { createDatabase, type Database } from '@recloser/db';
import { CorrelatedOpenings, Evaluator } from '@recloser/evaluator';
import { createLog } from '@recloser/server';
import { testPostgres, type TestServer } from '@recloser/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HASTY_POLICY, MIGRATED } from '../testing/fleet.js';

const PERSON = { kind: 'user', id: 'u1', name: 'Ada' } as const;

let server: TestServer;
let database: Database;
let backbone: Backbone;

beforeAll(async () => {
  server = await testPostgres(MIGRATED);
  database = createDatabase(server.url);
  const log = createLog({ name: 'worker', level: 'silent' });
  backbone = await connectBackbone({ databaseUrl: server.url, name: 'test', log });
});
afterAll(async () => {
  await backbone.close();
  await database.close();
  await server.close();
});

let made = 0;

/** An environment of its own with these breakers. */
async function environmentOf(keys: readonly string[]): Promise<string> {
  made += 1;
  const project = `project-${made}`;
  await database.environments.createProject(PERSON, project, project);
  const input = { key: 'live', name: 'Live', kind: 'production' } as const;
  const { id } = await database.environments.create(PERSON, project, input);
  for (const key of keys) {
    const breaker = { key, mode: 'auto', policy: HASTY_POLICY, reason: 'test' } as const;
    await database.breakers.create(id, PERSON, breaker);
  }
  return id;
}

/** Every call of the last two seconds failed, or none did, on these instances. */
async function report(
  environmentId: string,
  breaker: string,
  instances: readonly string[],
  isFailing = true,
): Promise<void> {
  const bucket = Math.floor((await backbone.signals.now()) / BUCKET_MS);
  const calls = 10 * instances.length;
  const counts = { ...EMPTY_COUNTS, [isFailing ? 'failures' : 'ok']: calls };
  const group = { service: 'checkout', zone: null, region: null, slow: 0, slowInstances: 0 };
  const failures = isFailing ? calls * 8 : 0;
  const failing = isFailing ? instances.length : 0;
  const heaviest = instances.map((instanceId) => ({
    instanceId,
    service: 'checkout',
    zone: null,
    calls: 80,
    failures: isFailing ? 80 : 0,
  }));
  await backbone.signals.append({
    hubId: 'hub-1',
    environmentId,
    aggregates: Array.from({ length: 8 }, (_, back) => ({
      breaker,
      version: 1,
      service: 'checkout',
      zone: '',
      bucket: bucket - back,
      counts,
    })),
    census: INSTANCE_WINDOWS_MS.map((windowMs) => ({
      breaker,
      version: 1,
      windowMs,
      reporting: instances.length,
      failing,
      heaviest,
      groups: [
        {
          ...group,
          calls: calls * 8,
          failures,
          reporting: instances.length,
          failing,
          failingBuckets: 8,
        },
      ],
    })),
  });
}

const evaluator = () => {
  const { signals, bus } = backbone;
  const { states, openings } = database;
  const correlated = new CorrelatedOpenings({ openings, signals, states });
  return new Evaluator({ states, signals, bus, random: Math.random, correlated });
};
const kinds = async (environmentId: string) =>
  (await database.states.load(environmentId)).map(({ state: { kind } }) => kind);
const fleet = ['checkout-1', 'checkout-2', 'checkout-3', 'checkout-4'];
const keys = ['a', 'b', 'c', 'd', 'e'];

async function openAll(environmentId: string, asked = keys): Promise<void> {
  const deadline = Date.now() + 150_000;
  while ((await kinds(environmentId)).some((kind) => kind === 'closed')) {
    if (Date.now() > deadline) throw new Error('some breakers never opened');
    for (const key of asked) await report(environmentId, key, fleet);
    await evaluator().evaluate(environmentId, asked);
  }
}

it('openings wait when all breakers fail at once on the same instances, and say so; then they go on', async () => {
  const environmentId = await environmentOf(keys);
  for (const key of keys) await report(environmentId, key, fleet);
  const [one, two] = [evaluator(), evaluator()];
  const committed = await Promise.all([
    one.evaluate(environmentId, keys),
    two.evaluate(environmentId, ['c']),
  ]);
  expect(committed).toEqual([0, 0]);
  expect(await kinds(environmentId)).toEqual(keys.map(() => 'closed'));

  const { hold } = await database.openings.read(environmentId);
  expect(hold).toMatchObject({ breakers: keys, active: 5, instances: 4 });
  expect(hold!.until - hold!.since).toBe(DEFAULT_CORRELATED.waitMs);
  const due = (await database.states.load(environmentId)).map(({ dueAt }) => dueAt);
  expect(due).toEqual(keys.map(() => hold!.until));
  const held = await database.audit.list(
    { chain: environmentId, action: 'openings.held' },
    { limit: 10 },
  );
  expect(held.items).toHaveLength(1);
  expect(held.items[0]).toMatchObject({
    breaker: null,
    actor: { kind: 'system' },
    after: { breakers: keys },
    evidence: { cause: 'openings_held' },
  });
  expect(held.items[0]?.evidence?.summary).toContain('5 of 5 breakers failed at once');

  await openAll(environmentId);
  expect(await kinds(environmentId)).toEqual(keys.map(() => 'open'));
  const loaded = await database.states.load(environmentId);
  for (const { last } of loaded) {
    expect(last!.evidence.summary).toContain('Openings had waited for 2 s: 5 of 5 breakers');
    expect(last!.at).toBeGreaterThanOrEqual(hold!.until);
  }
  expect(await database.audit.verify(environmentId)).toMatchObject({ ok: true });
});

it('a breaker that dies alone opens at once', async () => {
  const environmentId = await environmentOf(keys);
  for (const key of keys) await report(environmentId, key, fleet, key === 'a');
  expect(await evaluator().evaluate(environmentId, ['a'])).toBe(1);
  expect(await kinds(environmentId)).toEqual(['open', 'closed', 'closed', 'closed', 'closed']);
  expect((await database.openings.read(environmentId)).hold).toBeNull();
});

it('breakers that die on different instances open at once', async () => {
  const environmentId = await environmentOf(keys);
  for (const key of keys) await report(environmentId, key, [`${key}-1`, `${key}-2`]);
  expect(await evaluator().evaluate(environmentId, keys)).toBe(5);
});

it('finds breakers that fail as well and that nobody has marked in this round', async () => {
  const environmentId = await environmentOf(keys);
  for (const key of keys) await report(environmentId, key, fleet);
  expect(await evaluator().evaluate(environmentId, ['b'])).toBe(0);
  expect((await database.openings.read(environmentId)).hold).toMatchObject({ breakers: keys });
});

it('never waits where the environment says so', async () => {
  const environmentId = await environmentOf(keys);
  const { revision } = await database.openings.read(environmentId);
  await database.openings.edit(environmentId, PERSON, {
    correlated: { breakers: null },
    expectedRevision: revision,
    reason: 'test',
  });
  for (const key of keys) await report(environmentId, key, fleet);
  expect(await evaluator().evaluate(environmentId, keys)).toBe(5);
});
