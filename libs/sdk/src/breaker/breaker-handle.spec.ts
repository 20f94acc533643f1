import { cohortBucket } from '@recloser/core';
import { describe, expect, it, vi } from 'vitest';
import { CircuitOpenError, isCallTimeout, isCircuitOpen } from '../errors.js';
import { makeConnected, makeView } from '../sdk.fake.js';

const OPEN = { state: 'open', admission: 0, version: 2 } as const;
const SIXTEENTH = 2 ** 28;
const never = (): Promise<never> => new Promise(() => undefined);

describe('protect', () => {
  it('gives what the function gives', async () => {
    const breaker = makeConnected([makeView('a')]).recloser.breaker('a');
    // What is awaited need not be a promise of this realm.
    const thenable: PromiseLike<number> = { then: (...args) => Promise.resolve(3).then(...args) };
    await expect(breaker.protect(() => Promise.resolve(1))).resolves.toBe(1);
    await expect(breaker.protect(() => 'sync')).resolves.toBe('sync');
    await expect(breaker.protect(() => thenable)).resolves.toBe(3);
    const error = new Error('mine');
    await expect(breaker.protect(() => Promise.reject(error))).rejects.toBe(error);
    await expect(
      breaker.protect(() => {
        throw error;
      }),
    ).rejects.toBe(error);
    expect(breaker.stats()).toMatchObject({ ok: 3, failures: 2, calls: 5, inFlight: 0 });
  });

  it('turns calls away with all that a caller may want to know', async () => {
    const view = makeView('a', { ...OPEN, retryAfterMs: 3_000 });
    const { system, recloser } = makeConnected([view]);
    const fn = vi.fn();
    await system.pass(500);
    const error: unknown = await recloser
      .breaker('a')
      .protect(fn)
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CircuitOpenError);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'CircuitOpenError',
      code: 'RECLOSER_OPEN',
      breaker: 'a',
      state: 'open',
      reason: 'open',
      retryAfterMs: 2_500,
    });
    expect(fn).not.toHaveBeenCalled();
    expect((error as Error).stack).toBe(`CircuitOpenError: ${(error as Error).message}`);
    expect(recloser.breaker('a').stats()).toMatchObject({ rejected: 1, calls: 0 });
  });

  it('collects a stack when asked, and leaves the limit as it was', async () => {
    const { recloser } = makeConnected([makeView('a', OPEN)]);
    const limit = Error.stackTraceLimit;
    const quiet: unknown = await recloser
      .breaker('a')
      .protect(never)
      .catch((e: unknown) => e);
    expect(Error.stackTraceLimit).toBe(limit);
    const loud: unknown = await recloser
      .breaker('a', { stackTrace: true })
      .protect(never)
      .catch((e: unknown) => e);
    expect((quiet as Error).stack).not.toContain('breaker-handle.spec');
    expect((loud as Error).stack).toContain('breaker-handle.spec');
  });

  it('is known across copies of the package', async () => {
    vi.resetModules();
    const copy = await import('../errors.js');
    const details = { breaker: 'a', state: 'open', reason: 'open', retryAfterMs: null } as const;
    const foreign = new copy.CircuitOpenError(details);
    expect(foreign).not.toBeInstanceOf(CircuitOpenError);
    expect(isCircuitOpen(foreign)).toBe(true);
    expect(isCallTimeout(new copy.CallTimeoutError('a', 1, false))).toBe(true);
    for (const other of [null, undefined, 'x', new Error('x'), {}]) {
      expect(isCircuitOpen(other)).toBe(false);
    }
  });

  it('leaves an unheard rejection to the process, like any other', async () => {
    const { recloser } = makeConnected([makeView('a', OPEN)]);
    const seen: unknown[] = [];
    const heard = (reason: unknown): void => void seen.push(reason);
    process.on('unhandledRejection', heard);
    void recloser.breaker('a').protect(never);
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    process.off('unhandledRejection', heard);
    expect(isCircuitOpen(seen[0])).toBe(true);
  });

  it('passes a signal only to a function that declares a parameter', async () => {
    const breaker = makeConnected([makeView('a')]).recloser.breaker('a', { timeoutMs: 100 });
    const args = vi.fn<(...given: boolean[]) => void>();
    await breaker.protect(() => args());
    await breaker.protect((signal) => args(signal.aborted));
    const plain = makeConnected([makeView('a')]).recloser.breaker('a');
    await plain.protect((signal) => args(signal.aborted));
    expect(args.mock.calls).toEqual([[], [false], [false]]);
  });

  it('survives a context that throws', async () => {
    const view = makeView('a', { state: 'ramping', admission: SIXTEENTH });
    const { recloser } = makeConnected([view]);
    const context = {
      get accountId(): string {
        throw new Error('mine');
      },
    };
    const breaker = recloser.breaker('a', { missingKey: 'hold' });
    expect(breaker.allows(context)).toBe(false);
    expect(breaker.decide(context).admitted).toBe(false);
    await expect(breaker.protect(never, context)).rejects.toBeInstanceOf(CircuitOpenError);
  });
});

describe('wrap', () => {
  it('keeps arguments, this and the context of each call', async () => {
    const view = makeView('a', { state: 'ramping', admission: SIXTEENTH });
    const breaker = makeConnected([view]).recloser.breaker('a');
    const inside =
      [...Array(200).keys()].find((i) => cohortBucket('salt', `u${i}`) < SIXTEENTH) ?? 0;
    const api = {
      base: 10,
      add: breaker.wrap(
        function add(this: { base: number }, _user: string, n: number) {
          return this.base + n;
        },
        { context: (user) => ({ accountId: user }) },
      ),
    };
    await expect(api.add(`u${inside}`, 5)).resolves.toBe(15);
    const outside = [...Array(200).keys()].find((i) => cohortBucket('salt', `u${i}`) >= SIXTEENTH);
    await expect(api.add(`u${outside}`, 5)).rejects.toBeInstanceOf(CircuitOpenError);
  });
});

describe('acquire', () => {
  it('counts how the permit ends, once', () => {
    const breaker = makeConnected([makeView('a')]).recloser.breaker('a', { slowMs: 100 });
    const permit = breaker.acquire();
    expect(breaker.stats().inFlight).toBe(1);
    permit.success(250);
    permit.success(250);
    permit.failure();
    breaker.acquire().failure(Object.assign(new Error('x'), { status: 404 }), 5);
    breaker.acquire().failure(undefined, 5);
    breaker.acquire().cancel();
    expect(breaker.stats()).toMatchObject({
      ok: 2,
      failures: 1,
      slow: 1,
      cancelled: 1,
      inFlight: 0,
    });
  });

  it('throws when turned away', () => {
    const breaker = makeConnected([makeView('a', OPEN)]).recloser.breaker('a');
    expect(() => breaker.acquire()).toThrow(CircuitOpenError);
  });

  it('reports a permit that is never ended', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const breaker = recloser.breaker('a', { timeoutMs: 100, stallMs: 200 });
    breaker.acquire();
    await system.pass(300);
    expect(breaker.stats()).toMatchObject({ stalled: 1, failures: 1, inFlight: 1 });
  });
});
