import { connectBackbone, type Backbone } from '@recloser/backbone';
import { admissionOf, command, percentOf } from '@recloser/core';
import { createDatabase, type Database, type LoadedBreaker } from '@recloser/db';
import { Evaluator } from '@recloser/evaluator';
import { createLog, createMetrics } from '@recloser/server';
import { testPostgres, type TestServer } from '@recloser/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FleetOfFour, HASTY_POLICY, MIGRATED } from '../testing/fleet.js';
import { Sweep } from './sweep.service.js';

const PERSON = { kind: 'user', id: 'u1', name: 'Ada' } as const;

let server: TestServer;
let database: Database;
let backbone: Backbone;
let environmentId: string;
const log = createLog({ name: 'worker', level: 'silent' });

beforeAll(async () => {
  server = await testPostgres(MIGRATED);
  database = createDatabase(server.url);
  backbone = await connectBackbone({ databaseUrl: server.url, name: 'test', log });
  await database.environments.seedDefaults();
  environmentId = (await database.environments.find('default', 'production')).id;
});

afterAll(async () => {
  await backbone.close();
  await database.close();
  await server.close();
});

async function create(key: string): Promise<FleetOfFour> {
  await database.breakers.create(environmentId, PERSON, {
    key,
    mode: 'auto',
    policy: HASTY_POLICY,
    reason: 'test',
  });
  return new FleetOfFour(backbone, environmentId, key);
}

async function load(key: string): Promise<LoadedBreaker> {
  const [breaker] = await database.states.load(environmentId, [key]);
  return breaker!;
}

/** Actions of the breaker's audit events, oldest first. */
async function actions(breaker: string): Promise<string[]> {
  const { items } = await database.audit.list({ chain: environmentId, breaker }, { limit: 200 });
  return items.map(({ action }) => action).reverse();
}

describe('Evaluator', () => {
  const evaluators = () => {
    const { signals, bus } = backbone;
    const ports = { states: database.states, signals, bus, random: Math.random };
    return Array.from({ length: 3 }, () => new Evaluator(ports));
  };

  it('trips once, however many workers see the same evidence at the same time', async () => {
    const fleet = await create('contended');
    await fleet.report(1, 40, 400);
    const committed = await Promise.all(
      evaluators().map((one) => one.evaluate(environmentId, ['contended'])),
    );
    expect(committed.reduce((sum, count) => sum + count)).toBe(1);
    const { state, version } = await load('contended');
    expect([state.kind, version]).toEqual(['open', 2]);
    expect(await actions('contended')).toEqual(['breaker.create', 'transition.excess_failures']);
  });

  it('does nothing on healthy calls, and on what another version counted', async () => {
    const fleet = await create('healthy');
    await fleet.report(1, 400, 8);
    await fleet.report(0, 0, 400);
    const [evaluator] = evaluators();
    expect(await evaluator!.evaluate(environmentId, ['healthy'])).toBe(0);
    expect((await load('healthy')).state.kind).toBe('closed');
  });

  it('is done with a breaker that is archived in the middle of its ramp', async () => {
    const fleet = await create('archived');
    await fleet.report(1, 40, 400);
    const [evaluator] = evaluators();
    await evaluator!.evaluate(environmentId, ['archived']);
    await database.states.commit(environmentId, PERSON, ['archived'], (locked, now) => {
      const result = command(locked, { type: 'ramp.start' }, now, 0);
      if (!result.ok) throw new Error(result.message);
      return { transition: result.transition, action: 'ramp.start', reason: 'test', dueAt: now };
    });
    expect((await load('archived')).state.kind).toBe('ramping');
    await database.breakers.archive(environmentId, PERSON, 'archived', 'gone');
    expect(await database.states.due(10)).not.toContainEqual({
      environmentId,
      breaker: 'archived',
    });
    await fleet.report(3, 400, 0);
    expect(await evaluator!.evaluate(environmentId, ['archived'])).toBe(0);
    expect((await actions('archived')).at(-1)).toBe('breaker.archive');
  });

  it('passes over what there is no breaker for', async () => {
    const [evaluator] = evaluators();
    expect(await evaluator!.evaluate(environmentId, ['nobody'])).toBe(0);
  });
});

describe('Sweep', () => {
  it('takes a breaker through its whole recovery without skipping a step', async () => {
    const fleet = await create('story');
    const metrics = createMetrics('test');
    const sweep = new Sweep(database, backbone, log, metrics);
    await fleet.report(1, 40, 400);
    sweep.onApplicationBootstrap();
    const admissions: number[] = [];
    try {
      const deadline = Date.now() + 150_000;
      for (;;) {
        const { state, control, version, seq, policy } = await load('story');
        const admission = percentOf(admissionOf(state, control));
        if (admission !== admissions.at(-1)) admissions.push(admission);
        if (state.kind === 'closed' && version > 1) break;
        if (Date.now() > deadline)
          throw new Error(`still ${state.kind} after ${admissions.join(', ')}`);
        await fleet.acknowledge(seq);
        if (state.kind === 'ramping' && state.dwellStartedAt !== null)
          await fleet.succeed(version, 30);
        if (state.kind === 'probing') {
          const claim = { environmentId, breaker: 'story', version, round: state.round };
          const ids = await backbone.signals.claimPermits(claim, policy.recovery.probes, 3);
          for (const id of ids) await backbone.signals.recordProbe(claim, id, { ok: true });
        }
      }
    } finally {
      await sweep.beforeApplicationShutdown();
    }
    expect(admissions).toEqual([100, 0, 6.25, 12.5, 25, 50, 100]);
    const step = ['transition.dwell_started', 'transition.step_passed'];
    expect(await actions('story')).toEqual([
      'breaker.create',
      'transition.excess_failures',
      'transition.cool_down_ended',
      'transition.probe_passed',
      ...Array.from({ length: 4 }, () => step).flat(),
    ]);
    expect(await metrics.metrics()).toMatch(
      /^recloser_evaluation_lag_seconds_count\{service="test"\} [1-9]/m,
    );
    const beats = await backbone.signals.heartbeatAges();
    expect(beats(environmentId)).toBeLessThan(60_000);
    const chain = await database.audit.verify(environmentId);
    expect(chain.ok).toBe(true);
  });
});
