import { EventEmitter } from 'node:events';
import opossum from 'opossum';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.js';

type Make = new (action: unknown, options?: object) => CircuitBreaker;
/** One program: what it logs is compared between opossum and the drop-in. */
type Program = (Breaker: Make, log: (...said: unknown[]) => void) => Promise<void>;

const EVENTS = [
  ...['fire', 'success', 'failure', 'timeout', 'reject', 'fallback', 'open', 'close', 'halfOpen'],
  ...['cacheHit', 'cacheMiss', 'coalesceCacheHit', 'coalesceCacheMiss', 'semaphoreLocked'],
  ...['healthCheckFailed', 'shutdown'],
];
const ok = (value: unknown = 'ok') => Promise.resolve(value);
const fail = () => Promise.reject(new Error('down'));
const slow = () => new Promise((resolve) => setTimeout(() => resolve('late'), 500));
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

function plain(value: unknown): unknown {
  if (value instanceof Error) return [value.message, (value as { code?: string }).code];
  if (value instanceof Promise) return 'a promise';
  return Array.isArray(value) ? value.map(plain) : value;
}

function look(breaker: CircuitBreaker): unknown {
  const { opened, closed, halfOpen, pendingClose, enabled, isShutdown, warmUp } = breaker;
  return {
    opened,
    closed,
    halfOpen,
    pendingClose,
    enabled,
    isShutdown,
    warmUp,
    stats: breaker.stats,
  };
}

async function record(Breaker: Make, program: Program): Promise<unknown[]> {
  vi.setSystemTime(1_700_000_000_000);
  const said: unknown[] = [];
  const spied = class extends Breaker {
    constructor(action: unknown, options?: object) {
      super(action, options);
      for (const event of EVENTS)
        this.on(event, (...about: unknown[]) => said.push([event, ...about.map(plain)]));
    }
  };
  await program(spied, (...values) => said.push(values.map(plain)));
  vi.clearAllTimers();
  return structuredClone(said);
}

async function settle(
  breaker: CircuitBreaker,
  log: (...said: unknown[]) => void,
  ...args: unknown[]
) {
  await breaker.fire(...args).then(
    (value) => log('resolved', value),
    (error: unknown) =>
      log(
        'rejected',
        error,
        CircuitBreaker.isOurError(error) || opossum.isOurError(error as Error),
      ),
  );
}

/** Opens, waits, tries again, and ends as `action` does. */
const cycle =
  (action: () => Promise<unknown>, options: object = {}): Program =>
  async (Breaker, log) => {
    let now: () => Promise<unknown> = fail;
    const breaker = new Breaker(() => now(), { name: 'a', resetTimeout: 100, ...options });
    for (let call = 0; call < 3; call += 1) await settle(breaker, log);
    log(look(breaker));
    await pass(101);
    log(look(breaker));
    now = action;
    await settle(breaker, log);
    log(look(breaker));
    await settle(breaker, log);
    log(look(breaker), breaker.toJSON());
  };

const PROGRAMS: Record<string, Program> = {
  'a success': async (Breaker, log) => {
    const breaker = new Breaker((a: number, b: number) => ok(a + b), { name: 'add' });
    await settle(breaker, log, 1, 2);
    log(look(breaker), breaker.name, breaker.group, breaker.volumeThreshold, breaker.toJSON());
  },
  'open, half open, closed': cycle(ok),
  'open, half open, open': cycle(fail),
  'a threshold of 100': cycle(ok, { errorThresholdPercentage: 100 }),
  'a volume threshold': cycle(ok, { volumeThreshold: 3 }),
  'warm-up': cycle(ok, { allowWarmUp: true, rollingCountTimeout: 50 }),
  'an error filter': cycle(ok, { errorFilter: () => true }),
  disabled: cycle(ok, { enabled: false }),
  'no percentiles': cycle(ok, { rollingPercentilesEnabled: false }),
  'a time limit': async (Breaker, log) => {
    const controller = new AbortController();
    const breaker = new Breaker(slow, { timeout: 100, abortController: controller });
    const done = settle(breaker, log, 'x');
    await pass(100);
    await done;
    log(controller.signal.aborted, breaker.getSignal() === controller.signal, look(breaker));
    await pass(1_000);
    log(look(breaker));
  },
  'no time limit': async (Breaker, log) => {
    const breaker = new Breaker(slow, { timeout: false });
    const done = settle(breaker, log);
    await pass(600);
    await done;
    log(look(breaker));
  },
  'a renewed abort controller': async (Breaker, log) => {
    const breaker = new Breaker(slow, {
      timeout: 50,
      resetTimeout: 60,
      autoRenewAbortController: true,
    });
    const first = breaker.getAbortController();
    const done = settle(breaker, log);
    await pass(50);
    await done;
    log(first?.signal.aborted, breaker.getAbortController() === first);
    await pass(61);
    log(breaker.getAbortController() === first, breaker.getSignal()?.aborted);
  },
  capacity: async (Breaker, log) => {
    const breaker = new Breaker(slow, { capacity: 1 });
    const both = [settle(breaker, log, 1), settle(breaker, log, 2)];
    await pass(500);
    await Promise.all(both);
    log(look(breaker), breaker.semaphore.count);
  },
  'a fallback': async (Breaker, log) => {
    const breaker = new Breaker(fail, { name: 'a' }).fallback((...args: unknown[]) => [
      'instead',
      ...args.map(plain),
    ]);
    for (let call = 0; call < 2; call += 1) await settle(breaker, log, call);
    log(look(breaker));
  },
  'a fallback that throws': async (Breaker, log) => {
    const breaker = new Breaker(fail).fallback(() => {
      throw new Error('fallback');
    });
    for (let call = 0; call < 2; call += 1) await settle(breaker, log);
    log(look(breaker));
  },
  'a fallback that is a breaker': async (Breaker, log) => {
    const other = new Breaker(() => ok('other'));
    await settle(new Breaker(fail).fallback(other), log, 7);
    log(look(other));
  },
  'a cache': async (Breaker, log) => {
    const breaker = new Breaker((value: unknown) => ok(value), { cache: true, cacheTTL: 100 });
    for (const value of [1, 1, 2]) await settle(breaker, log, value);
    await pass(101);
    await settle(breaker, log, 1);
    breaker.clearCache();
    await settle(breaker, log, 1);
    log(look(breaker));
  },
  'a cache of one entry and own keys': async (Breaker, log) => {
    const cacheGetKey = (value: string) => `k${value}`;
    const breaker = new Breaker((value: unknown) => ok(value), {
      cache: true,
      cacheSize: 1,
      cacheGetKey,
    });
    for (const value of ['a', 'b', 'a']) await settle(breaker, log, value);
    log(look(breaker));
  },
  coalescing: async (Breaker, log) => {
    const breaker = new Breaker(slow, { coalesce: true, coalesceResetOn: ['success', 'nonsense'] });
    const both = [settle(breaker, log, 1), settle(breaker, log, 1), settle(breaker, log, 2)];
    await pass(500);
    await Promise.all(both);
    const again = settle(breaker, log, 1);
    await pass(500);
    await again;
    log(look(breaker), breaker.options.coalesceResetOn);
  },
  'a health check': async (Breaker, log) => {
    const breaker = new Breaker(() => ok(), { name: 'a', resetTimeout: 1_000 });
    breaker.healthCheck(() => Promise.reject(new Error('sick')), 300);
    await pass(1_350);
    log(look(breaker));
    for (const bad of ['no function', 1])
      try {
        breaker.healthCheck(bad as never);
      } catch (error) {
        log(error);
      }
  },
  'open and close by hand': async (Breaker, log) => {
    const breaker = new Breaker(() => ok(), { name: 'a', resetTimeout: 100 });
    breaker.open();
    breaker.open();
    await settle(breaker, log);
    breaker.close();
    breaker.close();
    await settle(breaker, log);
    await pass(200);
    breaker.disable();
    await settle(breaker, log);
    breaker.enable();
    log(
      look(breaker),
      breaker.status.window.map(({ isCircuitBreakerOpen: is }) => is),
    );
  },
  shutdown: async (Breaker, log) => {
    const breaker = new Breaker(() => ok(), { name: 'a' });
    await settle(breaker, log);
    breaker.shutdown();
    await settle(breaker, log);
    log(look(breaker), breaker.listenerCount('fire'), breaker.toJSON());
  },
  'a window that rotates': async (Breaker, log) => {
    const breaker = new Breaker(() => ok(), { rollingCountTimeout: 100, rollingCountBuckets: 2 });
    const snapshots: unknown[] = [];
    breaker.status.on('snapshot', (stats) => snapshots.push(stats));
    for (let step = 0; step < 4; step += 1) {
      await settle(breaker, log);
      await pass(40);
    }
    log(snapshots, breaker.status.window, look(breaker));
  },
  'a controller that rotates': async (Breaker, log) => {
    const rotateBucketController = new EventEmitter();
    const breaker = new Breaker(() => ok(), { rotateBucketController, enableSnapshots: false });
    await settle(breaker, log);
    rotateBucketController.emit('rotate');
    await settle(breaker, log);
    log(breaker.status.window, rotateBucketController.listenerCount('rotate'));
    breaker.shutdown();
    log(rotateBucketController.listenerCount('rotate'));
  },
  'a result that is no promise': async (Breaker, log) => {
    for (const value of [1, undefined, null, 'text']) {
      const breaker = new Breaker(() => value);
      await settle(breaker, log);
      log(look(breaker));
    }
  },
  'an action that throws, or is none': async (Breaker, log) => {
    await settle(new Breaker(() => JSON.parse('{') as unknown), log);
    await settle(new Breaker('a value'), log);
  },
  'a context': async (Breaker, log) => {
    const breaker = new Breaker(function (this: unknown, value: unknown) {
      return ok([this, value]);
    });
    log(await breaker.call('me', 1));
  },
  'a state to begin with': async (Breaker, log) => {
    for (const state of [
      { closed: false, open: true },
      { closed: false, halfOpen: true },
      { closed: true, enabled: false, warmUp: true },
      { closed: false, open: true, lastTimerAt: 0 },
      { shutdown: true },
    ]) {
      const breaker = new Breaker(() => ok(), { name: 'a', state });
      log(look(breaker));
      await settle(breaker, log);
      log(look(breaker));
    }
  },
  'stats to begin with': async (Breaker, log) => {
    const stats = { failures: 3, fires: 5, latencyTimes: [4, 2] };
    const breaker = new Breaker(fail, { name: 'a', status: stats });
    await settle(breaker, log);
    log(look(breaker));
  },
  'what is wrong with options': async (Breaker, log) => {
    const tries: [unknown, object][] = [
      [undefined, {}],
      [ok, { cache: true, cacheTransport: {} }],
      [ok, { abortController: {} }],
    ];
    for (const [action, options] of tries)
      try {
        new Breaker(action, options);
        log('made');
      } catch (error) {
        log(error, error instanceof TypeError);
      }
    await ok();
  },
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a program that uses opossum', () => {
  it.each(Object.keys(PROGRAMS))('sees the same from the drop-in: %s', async (name) => {
    const program = PROGRAMS[name] as Program;
    const expected = await record(opossum as never, program);
    expect(expected.length).toBeGreaterThan(0);
    expect(await record(CircuitBreaker as Make, program)).toEqual(expected);
  });
});
