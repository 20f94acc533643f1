import { mock } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Recloser } from '../recloser.js';
import { nodeClock } from './node-clock.js';

type ToFake = NonNullable<NonNullable<Parameters<typeof vi.useFakeTimers>[0]>['toFake']>;
interface Fake {
  start(): void;
  pass(ms: number): void;
}

const vitest = (toFake?: ToFake): Fake => ({
  start: () => void vi.useFakeTimers(toFake && { toFake }),
  pass: (ms) => void vi.advanceTimersByTime(ms),
});
const nodeTest = (apis: ('setTimeout' | 'Date')[]): Fake => ({
  start: () => mock.timers.enable({ apis }),
  pass: (ms) => mock.timers.tick(ms),
});

/** What tests put in place of time: all of it, or the parts that older versions and other libraries do. */
const FAKES: Readonly<Record<string, Fake>> = {
  'Vitest and Jest': vitest(),
  'Vitest 2': vitest(['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date']),
  'timers alone': vitest(['setTimeout', 'clearTimeout']),
  'node:test': nodeTest(['setTimeout', 'Date']),
};

afterEach(() => {
  vi.useRealTimers();
  mock.timers.reset();
});

const hang = (): Promise<never> => new Promise(() => undefined);
const POLICY = { minCalls: 3, failureRate: 0.4, minFailingBuckets: 1, coolDownMs: 60_000 };

describe.each(Object.entries(FAKES))('under the fake timers of %s', (_what, fake) => {
  it('calls time out when their time has passed, and not before', async () => {
    fake.start();
    const breaker = new Recloser({ connect: false }).breaker('a', { timeoutMs: 3_000 });
    const settled = vi.fn();
    const call = breaker.protect(hang).finally(settled);
    call.catch(() => undefined);
    fake.pass(2_900);
    await Promise.resolve();
    expect(settled).not.toHaveBeenCalled();
    fake.pass(200);
    await expect(call).rejects.toMatchObject({ code: 'RECLOSER_TIMEOUT', localLag: false });
  });

  it('an SDK that was made before works, and works on when they are gone', async () => {
    const recloser = new Recloser({ connect: false });
    const breaker = recloser.breaker('a', { timeoutMs: 50 });
    await breaker.protect(() => Promise.resolve(1));
    fake.start();
    const under = breaker.protect(hang);
    under.catch(() => undefined);
    await Promise.resolve();
    fake.pass(100);
    fake.pass(100);
    vi.useRealTimers();
    mock.timers.reset();
    await expect(under).rejects.toMatchObject({ code: 'RECLOSER_TIMEOUT' });
    await expect(breaker.protect(hang)).rejects.toMatchObject({ code: 'RECLOSER_TIMEOUT' });
  });

  it('a call that they left behind times out in real time', async () => {
    fake.start();
    const breaker = new Recloser({ connect: false }).breaker('a', { timeoutMs: 50 });
    const call = breaker.protect(hang);
    vi.useRealTimers();
    mock.timers.reset();
    await expect(call).rejects.toMatchObject({ code: 'RECLOSER_TIMEOUT' });
  });
});

describe.each(['Vitest and Jest', 'Vitest 2', 'node:test'])('with the date of %s', (name) => {
  it('cool-downs pass', async () => {
    const fake = FAKES[name];
    fake?.start();
    const breaker = new Recloser({ connect: false }).breaker('a', { policy: POLICY });
    for (let call = 0; call < 3; call += 1) {
      await breaker.protect(() => Promise.reject(new Error())).catch(() => undefined);
    }
    expect(breaker.decide().state).toBe('open');
    fake?.pass(30_000);
    expect(breaker.decide().state).toBe('open');
    fake?.pass(40_000);
    expect(breaker.decide().state).toBe('probing');
  });
});

describe('the time of a process', () => {
  it('never goes back, nor on by what a test says that the date is', () => {
    const { now } = nodeClock();
    const times = [now()];
    const look = (): number => times.push(now());
    vi.useFakeTimers({ now: 1_000 });
    look();
    vi.setSystemTime(new Date('2040-01-01'));
    look();
    vi.advanceTimersByTime(5_000);
    look();
    vi.useRealTimers();
    look();
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[2]).toBeCloseTo(times[1] ?? NaN, 3);
    expect((times[3] ?? NaN) - (times[2] ?? NaN)).toBeCloseTo(5_000, 3);
    expect((times[4] ?? NaN) - (times[3] ?? NaN)).toBeLessThan(3_600_000);
  });

  it('is that of its timers: none fires early, and none that was cleared', async () => {
    const { now, setTimer } = nodeClock();
    const start = now();
    const cleared = vi.fn();
    setTimer(cleared, 5).clear();
    const fired = await new Promise<number>((resolve) => {
      setTimer(() => resolve(now()), 30).ref();
    });
    await pause(10);
    expect(fired - start).toBeGreaterThan(28);
    expect(cleared).not.toHaveBeenCalled();
  });

  it('needs no timers that can be referenced: in jsdom they are numbers', () => {
    const set = vi.fn(() => 7);
    vi.stubGlobal('setTimeout', Object.assign(set, { clock: { now: 0 } }));
    vi.stubGlobal('clearTimeout', vi.fn());
    try {
      const timer = nodeClock().setTimer(() => undefined, 10);
      timer.ref();
      timer.unref();
      timer.clear();
      expect(set).toHaveBeenCalledOnce();
    } finally {
      vi.unstubAllGlobals();
    }
  });
});
