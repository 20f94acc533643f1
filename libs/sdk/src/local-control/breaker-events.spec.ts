import { describe, expect, it } from 'vitest';
import { type BreakerEvents } from '../events.js';
import { type BreakerOptions } from '../options/options.js';
import { makeRig } from '../sdk.fake.js';
import { type BreakerControl, controlOf } from './control-of.js';
import { rollingStats } from './rolling-stats.js';
import { withAttempt } from './with-attempt.js';

const POLICY = { coolDownMs: 1_000, probes: 1, ramp: [] };
const ok = () => Promise.resolve('ok');
const fail = () => Promise.reject(new Error('down'));

function makeAlone(options: BreakerOptions = { policy: POLICY }) {
  const rig = makeRig({ connect: false });
  const stripe = rig.recloser.breaker('stripe', options);
  return { ...rig, stripe, control: controlOf(stripe) };
}

describe('events of a breaker', () => {
  const NAMES = [
    ...(['success', 'failure', 'timeout', 'throttled', 'cancelled', 'ignored'] as const),
    ...(['localLag', 'reject', 'fallback'] as const),
  ];

  const untilAborted = (signal: AbortSignal) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('left'))));

  function record(control: BreakerControl) {
    const said: [string, unknown][] = [];
    const ends = NAMES.map((name: keyof BreakerEvents) =>
      control.on(name, (event) => said.push([name, 'latencyMs' in event ? event.latencyMs : null])),
    );
    return { said, end: () => ends.forEach((each) => each()) };
  }

  it('tell how each call went, and how long it took', async () => {
    const { system, stripe, control } = makeAlone({ timeoutMs: 100, policy: POLICY });
    const { said, end } = record(control);
    const slowly = stripe.protect(() => system.pass(30).then(ok));
    await slowly;
    await stripe.protect(fail).catch(() => undefined);
    const late = stripe.protect(() => new Promise(() => undefined)).catch(() => undefined);
    await system.pass(150);
    await late;
    const controller = new AbortController();
    const left = stripe.protect(untilAborted, undefined, controller);
    controller.abort();
    await left.catch(() => undefined);
    stripe.acquire().success(7);
    control.open();
    await stripe.protect(ok).catch(() => undefined);
    const [first, second, timeout, ...rest] = said;
    expect([first, second, rest]).toEqual([
      ['success', 30],
      ['failure', 0],
      [
        ['cancelled', 0],
        ['success', 7],
        ['reject', null],
      ],
    ]);
    expect(timeout?.[0]).toBe('timeout');
    expect(timeout?.[1]).toBeGreaterThanOrEqual(100);
    end();
    control.close();
    await stripe.protect(ok);
    expect(said).toHaveLength(6);
    expect(stripe.stats()).toMatchObject({ ok: 3, failures: 2, timeouts: 1, cancelled: 1 });
  });

  it('tell of fallbacks, and of results that are failures', async () => {
    const { recloser } = makeRig({ connect: false });
    const stripe = recloser.breaker('stripe', {
      fallback: 'instead',
      isFailure: (value) => value === 'bad',
    });
    const { said } = record(controlOf(stripe));
    expect(await stripe.protect(() => 'bad')).toBe('instead');
    expect(said.map(([name]) => name)).toEqual(['failure', 'fallback']);
  });

  it('do not hurt a call when a listener throws', async () => {
    const { system, stripe, control } = makeAlone();
    control.on('success', () => {
      throw new Error('listener');
    });
    expect(await stripe.protect(ok)).toBe('ok');
    expect(system.warnings.map(({ code }) => code)).toEqual(['RECLOSER_LISTENER_FAILED']);
  });

  it('add up to rolling counts', async () => {
    const { recloser } = makeRig({ connect: false });
    const stripe = recloser.breaker('stripe', { fallback: 'instead' });
    const rolling = rollingStats(stripe);
    expect(rolling.counts).toMatchObject({ success: 0, p50: null });
    for (let call = 0; call < 3; call += 1) await stripe.protect(ok);
    await stripe.protect(fail);
    controlOf(stripe).isolate();
    await stripe.protect(ok);
    expect(rolling.counts).toMatchObject({ success: 3, failure: 1, reject: 1, fallback: 2 });
    expect(rolling.counts.p99).toBeLessThan(1_000);
    rolling.end();
    await stripe.protect(ok);
    expect(rolling.counts.reject).toBe(1);
    expect(() => rollingStats(stripe, { windowMs: 0 })).toThrow('rollingStats.windowMs');
  });
});

describe('retries of the program', () => {
  it('waits as long as it says, and tells of each attempt', async () => {
    const said: unknown[] = [];
    const { system, stripe } = makeAlone({
      retry: {
        maxRetries: 3,
        delayMs: (made) => [10, 20, Infinity][made - 1] ?? 0,
        onRetry: ({ made, delayMs }) => said.push([made, delayMs]),
        onGiveUp: ({ made, value }) => said.push(['given up', made, (value as Error).message]),
      },
    });
    const attempts: number[] = [];
    const call = stripe.protect(
      withAttempt((signal, attempt) => {
        attempts.push(signal.aborted ? 0 : attempt);
        return fail();
      }),
    );
    const end = expect(call).rejects.toThrow('down');
    await system.pass(9);
    expect(attempts).toEqual([1]);
    await system.pass(1);
    expect(attempts).toEqual([1, 2]);
    await system.pass(20);
    await end;
    expect(attempts).toEqual([1, 2, 3]);
    expect(said).toEqual([
      [1, 10],
      [2, 20],
      ['given up', 3, 'down'],
    ]);
  });

  it('survives callbacks that throw or say nonsense', async () => {
    const broken = () => {
      throw new Error('callback');
    };
    for (const retry of [{ onRetry: broken }, { onGiveUp: broken }, { delayMs: broken }]) {
      const { system, stripe } = makeAlone({ retry: { maxRetries: 1, ...retry } });
      const end = expect(stripe.protect(fail)).rejects.toThrow('down');
      await system.pass(1_000);
      await end;
    }
    const { stripe } = makeAlone({ retry: { maxRetries: 1, delayMs: () => Number.NaN } });
    await expect(stripe.protect(fail)).rejects.toThrow('down');
  });
});
