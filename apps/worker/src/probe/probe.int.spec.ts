import { connectBackbone, type Backbone } from '@recloser/backbone';
import { type Command, command, dueAt, type Policy } from '@recloser/core';
import { createDatabase, type Database, type LoadedBreaker } from '@recloser/db';
import { createLog, createMetrics } from '@recloser/server';
import { testPostgres, type TestServer } from '@recloser/testing';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Sweep } from '../evaluate/sweep.service.js';
import { FleetOfFour, HASTY_POLICY, MIGRATED } from '../testing/fleet.js';
import { ProbeService } from './probe.service.js';
import { networksOf, targetGuard } from '../outbound/target-guard.js';

const PERSON = { kind: 'user', id: 'u1', name: 'Ada' } as const;
const log = createLog({ name: 'worker', level: 'silent' });

let server: TestServer;
let database: Database;
let backbone: Backbone;
let environmentId: string;
let dependency: Server;
let status = 503;
let asked = 0;
let probe: ProbeService;
let sweep: Sweep;

beforeAll(async () => {
  server = await testPostgres(MIGRATED);
  database = createDatabase(server.url);
  backbone = await connectBackbone({ databaseUrl: server.url, name: 'test', log });
  await database.environments.seedDefaults();
  environmentId = (await database.environments.find('default', 'production')).id;
  dependency = createServer((_request, response) => {
    asked += 1;
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => dependency.listen(0, '127.0.0.1', resolve));
  const targets = targetGuard(networksOf(['127.0.0.0/8']));
  probe = new ProbeService(database, backbone, targets, log, createMetrics('probe'));
  sweep = new Sweep(database, backbone, log, createMetrics('sweep'));
  await backbone.queues.process({ probe: (payload) => probe.run(payload) });
  sweep.onApplicationBootstrap();
});

afterAll(async () => {
  await sweep.beforeApplicationShutdown();
  await backbone.close();
  await database.close();
  await server.close();
  await new Promise((resolve) => dependency.close(resolve));
});

function checked(): Policy {
  const { port } = dependency.address() as AddressInfo;
  const check = {
    kind: 'http',
    url: `http://127.0.0.1:${port}/health`,
    method: 'GET',
    expectStatus: 200,
    timeoutMs: 1_000,
    maxLatencyMs: null,
  } as const;
  return { ...HASTY_POLICY, recovery: { ...HASTY_POLICY.recovery, probe: check } };
}

async function load(key: string): Promise<LoadedBreaker> {
  const [breaker] = await database.states.load(environmentId, [key]);
  return breaker!;
}

async function until<T>(read: () => Promise<T>, good: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + 150_000;
  for (;;) {
    const value = await read();
    if (good(value)) return value;
    if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('active checks', () => {
  it('answer the probes instead of calls: no permit is offered, and one failure opens again', async () => {
    await database.breakers.create(environmentId, PERSON, {
      key: 'checked',
      mode: 'auto',
      policy: checked(),
      reason: 'test',
    });
    const fleet = new FleetOfFour(backbone, environmentId, 'checked');
    await fleet.report(1, 40, 400);
    const reopened = await until(
      () => load('checked'),
      ({ last }) => last?.evidence.cause === 'probe_failed',
    );
    expect(reopened.last?.evidence.summary).toMatch(
      /^1 of 3 checks failed: [^.]*503[^.]*\. Open for another/,
    );
    expect(asked).toBeGreaterThan(0);

    status = 200;
    const ramping = await until(
      () => load('checked'),
      ({ state }) => state.kind === 'ramping',
    );
    expect(ramping.last?.evidence.summary).toContain('All 3 checks succeeded');
    const { items } = await database.audit.list(
      { chain: environmentId, breaker: 'checked' },
      { limit: 50 },
    );
    const probing = items.find(({ action }) => action === 'transition.cool_down_ended');
    expect(probing).toMatchObject({
      evidence: { summary: expect.stringContaining('3 checks follow: GET http') as string },
    });
  });

  it('are made once for a round, however many jobs ask, and not for one that is over', async () => {
    status = 200;
    const key = 'doubled';
    const policy = checked();
    await database.breakers.create(environmentId, PERSON, {
      key,
      mode: 'auto',
      policy,
      reason: 'test',
    });
    const person = (input: Command) =>
      database.states.commit(environmentId, PERSON, [key], (locked, now) => {
        const result = command(locked, input, now, 0);
        if (!result.ok) throw new Error(result.message);
        const { transition } = result;
        const due = dueAt(transition.state, locked.policy, now, transition.control);
        return { transition, action: 'test', reason: 'test', dueAt: due };
      });
    await person({ type: 'trip', until: null });
    const before = asked;
    await person({ type: 'restore' });
    const { version } = await load(key);
    const claim = { environmentId, breaker: key, version, round: 1 };
    await Promise.all([1, 2, 3].map(() => probe.run(claim)));
    await until(
      () => load(key),
      ({ state }) => state.kind === 'ramping',
    );
    await probe.run(claim);
    await probe.run({ ...claim, breaker: 'nobody' });
    expect(asked - before).toBe(policy.recovery.probes);
  });
});
