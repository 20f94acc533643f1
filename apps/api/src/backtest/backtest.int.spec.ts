import { DEFAULT_POLICY } from '@recloser/core';
import type { Rollup } from '@recloser/db';
import { backtestResultSchema } from '@recloser/protocol';
import { testPostgres, type TestServer } from '@recloser/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ADMIN, startTestNode, type TestNode } from '../testing/harness.js';
import { PRODUCTION, migrated } from '../testing/prepare.js';
import type { RestClient } from '../testing/rest-client.js';

let postgres: TestServer;
let node: TestNode;
let admin: RestClient;
let environmentId: string;
const breaker = 'stripe';
const path = `${PRODUCTION}/breakers/${breaker}`;
const HOUR = 3_600_000;

beforeAll(async () => {
  postgres = await testPostgres(migrated);
  node = await startTestNode(postgres.url);
  admin = await node.anonymous.signIn(ADMIN.email, ADMIN.password);
  await admin.post(`${PRODUCTION}/breakers`, { key: breaker, reason: 'test' });
  environmentId = (await node.db.environments.find('default', 'production')).id;
});

afterAll(async () => {
  await node.stop();
  await postgres.close();
});

const NONE = { slow: 0, timeouts: 0, stalled: 0, rejected: 0, throttled: 0, localLag: 0 };
/** Ten healthy seconds, then `failing` seconds in which so many of 100 calls failed. */
function trouble(at: number, failing: number, failures: number): Rollup[] {
  const healthy = {
    environmentId,
    breaker,
    at,
    widthS: 10 as const,
    ok: 1_000,
    failures: 0,
    ...NONE,
  };
  const bad = Array.from({ length: failing }, (_, i): Rollup => ({
    ...healthy,
    at: at + 10_000 + i * 1_000,
    widthS: 1,
    ok: 100 - failures,
    failures,
  }));
  return [healthy, ...bad, { ...healthy, at: at + 10_000 + failing * 1_000 }];
}
const backtest = async (policy: object, more: object = {}) =>
  backtestResultSchema.parse((await admin.post(`${path}/backtest`, { policy, ...more })).body);

it('has nothing to tell where nothing was stored', async () => {
  expect(await backtest(DEFAULT_POLICY)).toMatchObject({
    spans: 0,
    calls: 0,
    unknown: [],
    proposed: { trips: [], tripCount: 0 },
  });
});

it('compares a policy with the one that is saved', async () => {
  const now = Math.floor((await node.db.now()) / 10_000) * 10_000;
  await node.db.rollups.upsert([
    ...trouble(now - 48 * HOUR, 20, 100),
    ...trouble(now - 24 * HOUR, 60, 25),
  ]);
  const trip = { ...DEFAULT_POLICY.trip, toleratedRate: 0.15 };
  const { proposed, current, calls } = await backtest({ ...DEFAULT_POLICY, trip });
  expect(calls).toBe(4_000 + 2_000 + 6_000);
  expect(current).toMatchObject({ tripCount: 1, trips: [{ cause: 'excess_failures' }] });
  expect(proposed).toMatchObject({
    tripCount: 2,
    trips: [{ cause: 'excess_failures' }, { cause: 'excess_failures' }],
  });
  const lastDay = await backtest(DEFAULT_POLICY, { from: now - 30 * HOUR });
  expect(lastDay.proposed.tripCount).toBe(0);
});

it('does not know of the time in which the breaker was open', async () => {
  await admin.post(`${path}/trip`, { reason: 'dead' });
  const { unknown, to } = await backtest(DEFAULT_POLICY);
  expect(unknown).toHaveLength(1);
  expect(unknown[0]?.to).toBe(to);
});

it('refuses times and policies that are none', async () => {
  const ask = (body: object) => admin.post(`${path}/backtest`, body);
  const month = { policy: DEFAULT_POLICY, from: Date.now() - 31 * 24 * HOUR };
  expect((await ask(month)).body).toMatchObject({ code: 'invalid_time' });
  expect((await ask({ policy: DEFAULT_POLICY, from: 10, to: 5 })).body).toMatchObject({
    code: 'invalid_time',
  });
  const policy = { ...DEFAULT_POLICY, minCalls: 0 };
  expect((await ask({ policy })).body).toMatchObject({ code: 'invalid_policy' });
});
