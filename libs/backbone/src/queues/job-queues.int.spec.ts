import {
  BACKBONE_TARGETS,
  type BackboneServer,
  CLUSTERED_BACKBONE_TARGETS,
  type ClusteredBackboneServer,
} from '@recloser/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Backbone } from '../index.js';

const evaluate = (environmentId: string) => ({ environmentId });
const claim = { environmentId: 'env', breaker: 'a', version: 1, round: 1 };
/** A handler that keeps what it got. */
function worker() {
  const got: unknown[] = [];
  return {
    got,
    handler: (payload: unknown) => {
      got.push(payload);
      return Promise.resolve();
    },
  };
}
/** A handler that waits until it is let go. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

describe.each(CLUSTERED_BACKBONE_TARGETS)('the job queues on $name', ({ start }) => {
  let server: ClusteredBackboneServer;
  let one: Backbone;
  let two: Backbone;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    one = await server.connect('one');
    two = await server.connect('two');
  });
  afterEach(() => server.reset());

  it('runs each job once, whichever process takes it', async () => {
    const [a, b] = [worker(), worker()];
    await one.queues.process({ evaluate: a.handler });
    await two.queues.process({ evaluate: b.handler });
    const names = Array.from({ length: 40 }, (_, i) => `env-${i}`);
    await Promise.all(names.map((name) => one.queues.add('evaluate', evaluate(name))));
    await expect.poll(() => a.got.length + b.got.length, { timeout: 60_000 }).toBe(40);
    const all = [...a.got, ...b.got] as { environmentId: string }[];
    expect(all.map((payload) => payload.environmentId).sort()).toEqual([...names].sort());
    await expect.poll(async () => (await one.queues.counts())['evaluate.active']).toBe(0);
  });

  it('runs repeated jobs again after the server has lost its memory', async () => {
    const { got, handler } = worker();
    await one.queues.process({ notify: handler });
    await one.queues.every('notify', 200);
    await expect.poll(() => got.length, { timeout: 60_000 }).toBeGreaterThan(1);
    await server.loseQueues();
    const before = got.length + 1;
    await expect.poll(() => got.length, { timeout: 60_000 }).toBeGreaterThan(before + 1);
  });

  it('tells for how long each job was due when it started: added, delayed and repeated ones', async () => {
    const waited: Partial<Record<string, number[]>> = {};
    const note = (job: string, ms: number) => (waited[job] ??= []).push(ms);
    const { handler } = worker();
    await one.queues.add('evaluate', evaluate('early'));
    await one.queues.add('probe', claim, { delayMs: 300 });
    await one.queues.every('notify', 200);
    const added = performance.now();
    await expect.poll(() => performance.now() - added).toBeGreaterThan(700);
    await two.queues.process({ evaluate: handler, probe: handler, notify: handler }, note);
    const enough = () =>
      [waited['evaluate'], waited['probe']].every((all) => all?.length === 1) &&
      (waited['notify']?.length ?? 0) > 2;
    await expect.poll(enough, { timeout: 60_000 }).toBe(true);
    expect(waited['evaluate']?.[0]).toBeGreaterThan(600);
    expect(waited['probe']?.[0]).toBeGreaterThan(300);
    // What is due and taken at once is late by little, whatever its delay: not by its delay, nor by its whole age.
    expect(waited['notify']?.every((ms) => ms >= 0 && ms < 60_000)).toBe(true);
    expect((waited['evaluate']?.[0] ?? 0) - (waited['probe']?.[0] ?? 0)).toBeGreaterThan(200);
  });

  it('does not tell of retries', async () => {
    const started: string[] = [];
    let tries = 0;
    const failing = () =>
      (tries += 1) < 2 ? Promise.reject(new Error('once')) : Promise.resolve();
    await one.queues.process({ rollup: failing }, (job) => started.push(job));
    await one.queues.add('rollup', {});
    await expect.poll(() => tries, { timeout: 60_000 }).toBe(2);
    expect(started).toEqual(['rollup']);
  });

  it('keeps jobs until somebody takes them, and counts them', async () => {
    await one.queues.add('evaluate', evaluate('a'));
    await one.queues.add('evaluate', evaluate('b'), { delayMs: 60_000 });
    expect(await two.queues.counts()).toMatchObject({
      'evaluate.waiting': 1,
      'evaluate.delayed': 1,
      'evaluate.active': 0,
      'rollup.waiting': 0,
    });
    const late = worker();
    await two.queues.process({ evaluate: late.handler });
    await expect.poll(() => late.got).toEqual([evaluate('a')]);
  });

  it('refuses a payload that the catalogue does not allow', async () => {
    await expect(one.queues.add('evaluate', { environmentId: 7 })).rejects.toThrow(/payload/);
    expect((await one.queues.counts())['evaluate.waiting']).toBe(0);
  });

  it('takes jobs with the same id for one while it waits', async () => {
    for (let i = 0; i < 5; i += 1) {
      await (i % 2 ? one : two).queues.add('evaluate', evaluate('a'), { dedupeId: 'a' });
      await one.queues.add('evaluate', evaluate('b'), { dedupeId: 'b' });
    }
    expect((await one.queues.counts())['evaluate.waiting']).toBe(2);
    const { got, handler } = worker();
    await two.queues.process({ evaluate: handler });
    await expect.poll(() => got.length).toBe(2);
    await one.queues.add('evaluate', evaluate('a'), { dedupeId: 'a' });
    await expect.poll(() => got).toHaveLength(3);
  });

  it('runs one more when the same is added while one runs', async () => {
    const { open, opened } = gate();
    let runs = 0;
    const handler = async () => {
      runs += 1;
      if (runs === 1) await opened;
    };
    await one.queues.process({ evaluate: handler });
    await two.queues.add('evaluate', evaluate('a'), { dedupeId: 'a' });
    await expect.poll(() => runs).toBe(1);
    for (let i = 0; i < 3; i += 1) {
      await two.queues.add('evaluate', evaluate('a'), { dedupeId: 'a' });
    }
    open();
    await expect.poll(() => runs, { timeout: 60_000 }).toBe(2);
    const quiet = async () => {
      const counts = await one.queues.counts();
      return [counts['evaluate.waiting'], counts['evaluate.active'], runs];
    };
    await expect.poll(quiet).toEqual([0, 0, 2]);
  });

  it('does not take an urgent job for the same one that waits for its time', async () => {
    await one.queues.add('evaluate', evaluate('a'), { dedupeId: 'a', delayMs: 60_000 });
    await one.queues.add('evaluate', evaluate('a'), { dedupeId: 'a', delayMs: 60_000 });
    await one.queues.add('evaluate', evaluate('a'), { dedupeId: 'a' });
    const counts = await one.queues.counts();
    expect(counts).toMatchObject({ 'evaluate.waiting': 1, 'evaluate.delayed': 1 });
  });

  it('runs a delayed job in its time', async () => {
    const times: number[] = [];
    await one.queues.process({
      evaluate: () => {
        times.push(Date.now());
        return Promise.resolve();
      },
    });
    const added = Date.now();
    await two.queues.add('evaluate', evaluate('a'), { delayMs: 300 });
    await expect.poll(() => times.length, { timeout: 60_000 }).toBe(1);
    expect(times[0]! - added).toBeGreaterThanOrEqual(295);
  });

  it('tries again after a failure, as often as the catalogue says', async () => {
    const times: number[] = [];
    await one.queues.process({
      rollup: () => {
        times.push(Date.now());
        throw new Error('not yet');
      },
    });
    await two.queues.add('rollup', {});
    const failed = async () => (await one.queues.counts())['rollup.failed'];
    await expect.poll(failed, { timeout: 60_000 }).toBe(1);
    expect(times).toHaveLength(3);
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(490);
    expect(times[2]! - times[1]!).toBeGreaterThanOrEqual(990);
  });

  it('runs a repeated job once in the fleet, however many workers say so', async () => {
    const runs: number[] = [];
    const handler = () => {
      runs.push(Date.now());
      return Promise.resolve();
    };
    for (const { queues } of [one, two]) {
      await queues.process({ rollup: handler });
      await queues.every('rollup', 500);
    }
    await expect.poll(() => runs.length, { timeout: 60_000 }).toBeGreaterThanOrEqual(6);
    const span = runs.at(-1)! - runs[1]!;
    const expected = span / 500 + 1;
    expect(runs.length - 1).toBeLessThanOrEqual(expected + 1);
  });
});

describe.each(BACKBONE_TARGETS)('the job queues on $name over a bad network', ({ start }) => {
  let server: BackboneServer;
  let one: Backbone;
  let two: Backbone;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    one = await server.connect('one');
    two = await server.connect('two');
  });
  afterEach(() => server.reset());

  it('a job whose worker was killed is run by another', async () => {
    const { backbone: doomed, proxy } = await server.connectThroughProxy('doomed');
    const { open, opened } = gate();
    let started = 0;
    const stuck = () => {
      started += 1;
      return opened;
    };
    await doomed.queues.process({ evaluate: stuck });
    await one.queues.add('evaluate', evaluate('a'), { dedupeId: 'a' });
    await expect.poll(() => started, { timeout: 60_000 }).toBe(1);
    proxy.cut();
    const { got, handler } = worker();
    await two.queues.process({ evaluate: handler });
    await expect.poll(() => got, { timeout: 60_000 }).toEqual([evaluate('a')]);
    await one.queues.add('evaluate', evaluate('a'), { dedupeId: 'a' });
    await expect.poll(() => got, { timeout: 60_000 }).toHaveLength(2);
    open();
  });

  it('goes on after the connection was lost', async () => {
    const { backbone, proxy } = await server.connectThroughProxy('shaky');
    const { got, handler } = worker();
    await backbone.queues.process({ evaluate: handler });
    await one.queues.add('evaluate', evaluate('before'));
    await expect.poll(() => got, { timeout: 60_000 }).toHaveLength(1);
    proxy.cut();
    proxy.heal();
    await one.queues.add('evaluate', evaluate('after'));
    await expect.poll(() => got, { timeout: 60_000 }).toHaveLength(2);
  });

  it('closes in bounded time while the server cannot be reached', async () => {
    const { backbone, proxy } = await server.connectThroughProxy('alone');
    await backbone.queues.process({
      evaluate: () => Promise.resolve(),
      rollup: () => Promise.resolve(),
    });
    await backbone.bus.subscribe('seq', () => undefined);
    proxy.cut();
    await expect(backbone.queues.counts()).rejects.toThrow();
    const started = Date.now();
    await backbone.close();
    expect(Date.now() - started).toBeLessThan(60_000);
  });
});
