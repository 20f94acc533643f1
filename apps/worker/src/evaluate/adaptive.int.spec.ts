import { connectBackbone, type Backbone } from '@recloser/backbone';
import { BUCKET_MS, EMPTY_COUNTS, type Counts } from '@recloser/core';
import { createDatabase, type Database } from '@recloser/db';
import { Evaluator } from '@recloser/evaluator';
import { createLog } from '@recloser/server';
import { testPostgres, type TestServer } from '@recloser/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HASTY_POLICY, MIGRATED } from '../testing/fleet.js';

const PERSON = { kind: 'user', id: 'u1', name: 'Ada' } as const;

let server: TestServer;
let database: Database;
let backbone: Backbone;
let environmentId: string;

beforeAll(async () => {
  server = await testPostgres(MIGRATED);
  database = createDatabase(server.url);
  const log = createLog({ name: 'worker', level: 'silent' });
  backbone = await connectBackbone({ databaseUrl: server.url, name: 'test', log });
  await database.environments.seedDefaults();
  environmentId = (await database.environments.find('default', 'production')).id;
});
afterAll(async () => {
  await backbone.close();
  await database.close();
  await server.close();
});

const load = async () => (await database.states.load(environmentId, ['search']))[0]!;

async function report(counts: Partial<Counts>, buckets: number): Promise<void> {
  const bucket = Math.floor((await backbone.signals.now()) / BUCKET_MS);
  await backbone.signals.append({
    hubId: 'hub-1',
    environmentId,
    aggregates: Array.from({ length: buckets }, (_, back) => ({
      breaker: 'search',
      version: 1,
      service: 'checkout',
      zone: '',
      bucket: bucket - back,
      counts: { ...EMPTY_COUNTS, ...counts },
    })),
    census: [],
  });
}

it('a dependency that refuses half of the calls gets less, and all again when it accepts them', async () => {
  await database.breakers.create(environmentId, PERSON, {
    key: 'search',
    mode: 'auto',
    policy: { ...HASTY_POLICY, adaptive: { k: 1.5 } },
    reason: 'test',
  });
  const { signals, bus } = backbone;
  const evaluator = new Evaluator({ states: database.states, signals, bus, random: Math.random });
  await report({ ok: 50, throttled: 50 }, 6);
  expect(await evaluator.evaluate(environmentId, ['search'])).toBe(1);
  expect(await load()).toMatchObject({
    version: 1,
    state: { kind: 'dimmed', admission: 48 * 2 ** 26 },
    view: { state: 'dimmed', admission: 48 * 2 ** 26, version: 1 },
    last: { action: 'transition.load_lowered' },
  });

  const deadline = Date.now() + 150_000;
  const seen: number[] = [];
  while ((await load()).state.kind !== 'closed') {
    if (Date.now() > deadline) throw new Error(`still dimmed: ${seen.join(', ')}`);
    await report({ ok: 50 }, 1);
    if ((await evaluator.evaluate(environmentId, ['search'])) > 0) {
      seen.push((await load()).view.admission / 2 ** 26);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(seen).toEqual([54, 60, 64]);
  const { items } = await database.audit.list(
    { chain: environmentId, breaker: 'search' },
    { limit: 10 },
  );
  expect(items.map(({ action }) => action)).toEqual([
    ...Array.from({ length: 3 }, () => 'transition.load_raised'),
    'transition.load_lowered',
    'breaker.create',
  ]);
  expect(items[0]?.evidence?.summary).toContain('Closed after');
  const times = items.slice(0, 4).map(({ at }) => at);
  for (const [index, at] of times.slice(1).entries())
    expect(times[index]! - at).toBeGreaterThanOrEqual(1_000);
});
