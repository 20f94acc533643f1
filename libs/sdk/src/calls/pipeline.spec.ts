import { describe, expect, it, vi } from 'vitest';
import { BulkheadFullError, isBulkheadFull, isCallTimeout, isCircuitOpen } from '../errors.js';
import { type BreakerOptions } from '../options/options.js';
import { defer, makeConnected, makeDelta, makeView, settle } from '../sdk.fake.js';

const OPEN = { state: 'open', admission: 0, version: 2 } as const;
const failed = new Error('failed');
const fail = (): Promise<never> => Promise.reject(failed);
const never = (): Promise<never> => new Promise(() => undefined);
const caught = (call: Promise<unknown>): Promise<unknown> => call.catch((e: unknown) => e);

function rigOf<F = never>(options: BreakerOptions<F>, view = makeView('a')) {
  const rig = makeConnected([view]);
  return { ...rig, breaker: rig.recloser.breaker('a', options) };
}

describe('the bulkhead', () => {
  it('lets in so many, makes so many wait in their order, and turns the rest away', async () => {
    const { breaker } = rigOf({ maxConcurrent: 2, maxQueue: 1 });
    const gates = [defer<number>(), defer<number>(), defer<number>()];
    const started: number[] = [];
    const calls = gates.map((gate, index) =>
      breaker.protect(() => {
        started.push(index);
        return gate.promise;
      }),
    );
    const shed = await caught(breaker.protect(never));
    expect(shed).toBeInstanceOf(BulkheadFullError);
    expect(shed).toMatchObject({ code: 'RECLOSER_BULKHEAD', breaker: 'a', maxConcurrent: 2 });
    expect(isBulkheadFull(shed) && !isBulkheadFull(failed)).toBe(true);
    expect(started).toEqual([0, 1]);
    expect(breaker.stats()).toMatchObject({ inFlight: 2, waiting: 1, shed: 1 });
    gates[1]?.resolve(1);
    await settle();
    expect(started).toEqual([0, 1, 2]);
    gates[0]?.resolve(0);
    gates[2]?.resolve(2);
    await expect(Promise.all(calls)).resolves.toEqual([0, 1, 2]);
    expect(breaker.stats()).toMatchObject({ ok: 3, failures: 0, rejected: 0, waiting: 0, shed: 1 });
  });

  it('is one for all that ask for the same breaker', async () => {
    const { recloser, breaker } = rigOf({ maxConcurrent: 1 });
    void breaker.protect(never);
    const again = recloser.breaker('a', { maxConcurrent: 1 });
    expect(isBulkheadFull(await caught(again.protect(never)))).toBe(true);
  });

  it('lets nobody wait for longer than may be, and keeps the process for that', async () => {
    const { breaker, system } = rigOf({ maxConcurrent: 1, maxQueue: 5, queueTimeoutMs: 300 });
    void breaker.protect(never);
    const waiting = caught(breaker.protect(never));
    await system.pass(299);
    expect(breaker.stats().waiting).toBe(1);
    expect(system.isHeld).toBe(true);
    await system.pass(2);
    expect(isBulkheadFull(await waiting)).toBe(true);
    expect(breaker.stats().waiting).toBe(0);
    expect(system.isHeld).toBe(false);
  });

  it('looks at each one’s wait', async () => {
    const { breaker, system } = rigOf({ maxConcurrent: 1, maxQueue: 5, queueTimeoutMs: 300 });
    void breaker.protect(never);
    for (const waiting of [1, 2, 3]) {
      void caught(breaker.protect(never));
      expect(breaker.stats()).toMatchObject({ waiting });
      await system.pass(100);
    }
    for (const waiting of [2, 1, 0]) {
      await system.pass(1);
      expect(breaker.stats()).toMatchObject({ waiting });
      await system.pass(99);
    }
  });

  it('leaves a probe to the next call when there is no place for it', async () => {
    const probing = makeView('a', { state: 'probing', admission: 0, version: 2 });
    const { breaker, system } = rigOf({ maxConcurrent: 1 });
    const first = defer<number>();
    const one = breaker.protect(() => first.promise);
    system.socket.frame(makeDelta(1, [probing]));
    system.socket.frame({ t: 'permit', b: 'a', v: 2, round: 1, id: 'p', ttlMs: 5_000 });
    expect(isBulkheadFull(await caught(breaker.protect(never)))).toBe(true);
    first.resolve(1);
    await one;
    await expect(breaker.protect(() => 'probe')).resolves.toBe('probe');
    expect(system.socket.of('probe')).toMatchObject([{ id: 'p', ok: true }]);
  });

  it('lets go of whoever gives up waiting', async () => {
    const { breaker } = rigOf({ maxConcurrent: 1, maxQueue: 5 });
    const first = defer<number>();
    const one = breaker.protect(() => first.promise);
    const controller = new AbortController();
    const { signal } = controller;
    const fn = vi.fn(never);
    const waiting = caught(breaker.protect(fn, undefined, { signal }));
    await settle();
    const reason = new Error('gone');
    controller.abort(reason);
    await expect(waiting).resolves.toBe(reason);
    first.resolve(1);
    await one;
    await expect(breaker.protect(() => 2)).resolves.toBe(2);
    expect(fn).not.toHaveBeenCalled();
    // Who has given up before is not even let in.
    await expect(caught(breaker.protect(fn, undefined, { signal }))).resolves.toBe(reason);
    expect(breaker.stats()).toMatchObject({ ok: 2, cancelled: 0, waiting: 0 });
  });

  it('asks again whether a call that waited may pass', async () => {
    const { breaker, system } = rigOf({ maxConcurrent: 1, maxQueue: 1 });
    const first = defer<number>();
    void breaker.protect(() => first.promise);
    const fn = vi.fn(never);
    const waiting = caught(breaker.protect(fn));
    system.socket.frame(makeDelta(1, [makeView('a', OPEN)]));
    first.resolve(1);
    expect(isCircuitOpen(await waiting)).toBe(true);
    expect(fn).not.toHaveBeenCalled();
    // The place is free again.
    system.socket.frame(makeDelta(2, [makeView('a', { version: 3 })]));
    await expect(breaker.protect(() => 1)).resolves.toBe(1);
  });

  it('gives the fallback instead, and takes the operator’s limit', async () => {
    const call = { timeoutMs: null, stallMs: null, slowMs: null, maxConcurrent: 1 };
    const { breaker, system } = rigOf({ fallback: 'later' }, makeView('a', { call }));
    void breaker.protect(never);
    await expect(breaker.protect(never)).resolves.toBe('later');
    system.socket.frame(makeDelta(1, [makeView('a', { version: 2 })]));
    await expect(breaker.protect(() => 'now')).resolves.toBe('now');
  });
});

describe('retries', () => {
  it('wait longer each time, at random, and are counted on their own', async () => {
    const { breaker, system } = rigOf({ retry: { maxRetries: 3, baseMs: 100, maxMs: 300 } });
    const at: number[] = [];
    const call = caught(
      breaker.protect(() => {
        at.push(system.time);
        return fail();
      }),
    );
    await system.pass(2_000);
    await expect(call).resolves.toBe(failed);
    // Half of 100, 200 and the cap, as the fake randomness is a half.
    expect(at.map((time) => time - (at[0] ?? 0))).toEqual([0, 50, 150, 300]);
    expect(breaker.stats()).toMatchObject({ calls: 4, failures: 4, retried: 3 });
  });

  it('end with the first success', async () => {
    const { breaker, system } = rigOf({ retry: { maxRetries: 5 } });
    const fn = vi
      .fn(fail)
      .mockImplementationOnce(fail)
      .mockResolvedValueOnce('ok' as never);
    const call = breaker.protect(() => fn());
    await system.pass(1_000);
    await expect(call).resolves.toBe('ok');
    expect(fn).toHaveBeenCalledTimes(2);
  });

  it('follow timeouts and failed results, with a signal of each attempt’s own', async () => {
    const { breaker, system } = rigOf({ timeoutMs: 50, retry: { maxRetries: 1 } });
    const signals: AbortSignal[] = [];
    const late = caught(
      breaker.protect((signal) => {
        signals.push(signal);
        return never();
      }),
    );
    await system.pass(400);
    expect(isCallTimeout(await late)).toBe(true);
    expect(signals).toHaveLength(2);
    expect(signals[0]).not.toBe(signals[1]);
    const bad = { ok: false, status: 503, headers: {} };
    const fetch = vi.fn(() => bad);
    const call = breaker.protect(() => fetch());
    await system.pass(400);
    await expect(call).resolves.toBe(bad);
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['an answer', Object.assign(new Error('no'), { status: 404 })],
    ['a call that is throttled', Object.assign(new Error('slow down'), { status: 429 })],
    ['a call that was cancelled', Object.assign(new Error('gone'), { name: 'AbortError' })],
    ['what another breaker turned away', new BulkheadFullError('b', 1)],
  ])('are not made after %s', async (_, error) => {
    const { breaker, system } = rigOf({ retry: { maxRetries: 3 } });
    const fn = vi.fn(() => Promise.reject(error));
    const call = caught(breaker.protect(() => fn()));
    await system.pass(1_000);
    await expect(call).resolves.toBe(error);
    expect(fn).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['says no', (_: unknown, made: number) => made < 2, 2],
    [
      'throws',
      () => {
        throw new Error('mine');
      },
      1,
    ],
  ])('end when retryIf %s', async (_, retryIf, times) => {
    const { breaker, system } = rigOf({ retry: { maxRetries: 5, retryIf } });
    const fn = vi.fn(fail);
    const call = caught(breaker.protect(() => fn()));
    await system.pass(2_000);
    await expect(call).resolves.toBe(failed);
    expect(fn).toHaveBeenCalledTimes(times);
  });

  it('ask the breaker again, and give what went wrong before when it is open by then', async () => {
    const { breaker, system } = rigOf({ retry: { maxRetries: 3 } });
    const fn = vi.fn(fail);
    const call = caught(breaker.protect(() => fn()));
    await settle();
    system.socket.frame(makeDelta(1, [makeView('a', OPEN)]));
    await system.pass(1_000);
    await expect(call).resolves.toBe(failed);
    expect(fn).toHaveBeenCalledTimes(1);
    expect(breaker.stats()).toMatchObject({ rejected: 1, retried: 0 });
  });

  it('are one for ten calls, after a few', async () => {
    const { breaker, system } = rigOf({ retry: { maxRetries: 1, baseMs: 1 } });
    for (let call = 0; call < 1_000; call += 1) {
      void caught(breaker.protect(fail));
      await system.pass(2);
    }
    const { retried, calls } = breaker.stats();
    expect(calls).toBe(1_000 + retried);
    expect(retried).toBeGreaterThanOrEqual(100);
    expect(retried).toBeLessThanOrEqual(111);
  });

  it('shrink with the admission: none while a sixteenth is let in', async () => {
    const view = makeView('a', { state: 'ramping', admission: 2 ** 28 });
    const { breaker, system } = rigOf({ retry: { maxRetries: 3 } }, view);
    system.nextRandom = 0;
    for (let call = 0; call < 50; call += 1) void caught(breaker.protect(fail));
    await system.pass(1_000);
    expect(breaker.stats()).toMatchObject({ calls: 50, retried: 0 });
  });

  it('end when the caller gives up', async () => {
    const { breaker, system } = rigOf({ retry: { maxRetries: 3, baseMs: 10_000, maxMs: 10_000 } });
    const controller = new AbortController();
    const call = caught(breaker.protect(fail, undefined, { signal: controller.signal }));
    await system.pass(10);
    const reason = new Error('gone');
    controller.abort(reason);
    await expect(call).resolves.toBe(reason);
    expect(system.isHeld).toBe(false);
  });

  it.each([
    ['no retry', {}, 1],
    ['retry: {}', { retry: {} }, 4],
    ['maxRetries: 1', { retry: { maxRetries: 1 } }, 2],
    ['maxRetries: 0', { retry: { maxRetries: 0 } }, 1],
  ])('with %s in the code, an operator who sets 3', async (_, options, times) => {
    const call = { timeoutMs: null, stallMs: null, slowMs: null, maxRetries: 3 };
    const { breaker, system } = rigOf(options, makeView('a', { call }));
    const fn = vi.fn(fail);
    void caught(breaker.protect(() => fn()));
    await system.pass(5_000);
    expect(fn).toHaveBeenCalledTimes(times);
  });

  it.each([
    ['no retry', {}, 1],
    ['maxRetries: 1', { retry: { maxRetries: 1 } }, 4],
    ['maxRetries: 0', { retry: { maxRetries: 0 } }, 1],
  ])('with %s in the code, an operator who locks 3', async (_, options, times) => {
    const locked = ['maxRetries'] as const;
    const call = { timeoutMs: null, stallMs: null, slowMs: null, maxRetries: 3, locked };
    const { breaker, system } = rigOf(options, makeView('a', { call }));
    const fn = vi.fn(fail);
    void caught(breaker.protect(() => fn()));
    await system.pass(5_000);
    expect(fn).toHaveBeenCalledTimes(times);
  });
});

describe('a signal of the caller', () => {
  it('reaches the function beside that of the timeout', async () => {
    const { breaker } = rigOf({ timeoutMs: 1_000 });
    const controller = new AbortController();
    const call = breaker.protect(
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
      undefined,
      { signal: controller.signal },
    );
    controller.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect(breaker.stats()).toMatchObject({ cancelled: 1, calls: 0 });
  });
});
