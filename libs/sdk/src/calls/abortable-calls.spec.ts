import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallTimeoutError, isCallTimeout, isCircuitOpen } from '../errors.js';
import { defer, makeConnected, makeView } from '../sdk.fake.js';

const OPEN = { state: 'open', admission: 0, version: 2 } as const;
const never = (): Promise<never> => new Promise(() => undefined);

describe('the timeout', () => {
  it('ends the call, aborts the function, and counts', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const breaker = recloser.breaker('a', { timeoutMs: 100 });
    let signal: AbortSignal | undefined;
    const call = breaker
      .protect((s) => {
        signal = s;
        return never();
      })
      .catch((e: unknown) => e);
    await system.pass(99);
    expect(signal?.aborted).toBe(false);
    await system.pass(21);
    const error = await call;
    expect(error).toBeInstanceOf(CallTimeoutError);
    expect(error).toMatchObject({ code: 'RECLOSER_TIMEOUT', timeoutMs: 100, localLag: false });
    expect(signal?.reason).toBe(error);
    expect(breaker.stats()).toMatchObject({ failures: 1, timeouts: 1, inFlight: 0 });
  });

  it('never fires early, and at most 20 ms late', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 400 }),
        fc.array(fc.nat(60), { maxLength: 6 }),
        async (timeoutMs, gaps) => {
          const { system, recloser } = makeConnected([makeView('a')]);
          const breaker = recloser.breaker('a', { timeoutMs });
          const took: number[] = [];
          for (const gap of [0, ...gaps]) {
            await system.pass(gap);
            const start = system.time;
            void breaker.protect(never).catch(() => took.push(system.time - start));
          }
          await system.pass(timeoutMs + 100);
          expect(took).toHaveLength(gaps.length + 1);
          for (const ms of took) {
            expect(ms).toBeGreaterThanOrEqual(timeoutMs);
            expect(ms).toBeLessThanOrEqual(timeoutMs + 21);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('does not count an answer that comes after it', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const breaker = recloser.breaker('a', { timeoutMs: 50 });
    const late = defer<number>();
    const call = breaker.protect(() => late.promise).catch(() => 'timeout');
    await system.pass(100);
    late.resolve(1);
    await expect(call).resolves.toBe('timeout');
    await system.pass(10);
    expect(breaker.stats()).toMatchObject({ ok: 0, failures: 1, calls: 1 });
  });

  it('does not touch other calls', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const breaker = recloser.breaker('a', { timeoutMs: 100 });
    const signals: AbortSignal[] = [];
    const keep = (signal: AbortSignal): Promise<never> => {
      signals.push(signal);
      return never();
    };
    void breaker.protect(keep).catch(() => undefined);
    await system.pass(60);
    void breaker.protect(keep).catch(() => undefined);
    await system.pass(60);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  it.each([
    ['in the code wins over the operator’s', 200, [], 200],
    ['of the operator counts where the code has none', undefined, [], 50],
    ['that the operator has locked wins over the one in the code', 200, ['timeoutMs'], 50],
  ] as const)('%s', async (_, own, locked, expected) => {
    const call = { timeoutMs: 50, stallMs: null, slowMs: null, locked };
    const { system, recloser } = makeConnected([makeView('a', { call })]);
    const breaker = recloser.breaker('a', own === undefined ? {} : { timeoutMs: own });
    const ended = breaker.protect(never).catch((e: unknown) => e);
    await system.pass(300);
    expect(await ended).toMatchObject({ timeoutMs: expected });
  });

  it('keeps the process alive while a call waits for it', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    expect(system.isHeld).toBe(false);
    const call = recloser
      .breaker('a', { timeoutMs: 50 })
      .protect(never)
      .catch(() => 1);
    expect(system.isHeld).toBe(true);
    await system.pass(100);
    await call;
    expect(system.isHeld).toBe(false);
  });
});

describe('the fallback', () => {
  const withFallback = (change = {}) => {
    const rig = makeConnected([makeView('a', change)]);
    const errors: unknown[] = [];
    const fallback = (error: unknown): string => {
      errors.push(error);
      return 'instead';
    };
    return { ...rig, errors, breaker: rig.recloser.breaker('a', { fallback, timeoutMs: 50 }) };
  };

  it('stands in for what is turned away, fails or times out', async () => {
    const open = withFallback(OPEN);
    await expect(open.breaker.protect(never)).resolves.toBe('instead');
    expect(isCircuitOpen(open.errors[0])).toBe(true);
    const { breaker, errors, system } = withFallback();
    await expect(breaker.protect(() => Promise.reject(new Error('x')))).resolves.toBe('instead');
    const late = breaker.protect(never);
    await system.pass(100);
    await expect(late).resolves.toBe('instead');
    expect(isCallTimeout(errors[1])).toBe(true);
    expect(breaker.stats()).toMatchObject({ failures: 2, ok: 0 });
  });

  it('leaves answers alone that are no failures', async () => {
    const { breaker } = withFallback();
    const declined = Object.assign(new Error('declined'), { status: 402 });
    await expect(breaker.protect(() => Promise.reject(declined))).rejects.toBe(declined);
  });

  it('that fails gives its own error', async () => {
    const error = new Error('twice');
    const { system, recloser } = makeConnected([makeView('a')]);
    const fallback = (): never => {
      throw error;
    };
    const breaker = recloser.breaker('a', { fallback, timeoutMs: 50 });
    await expect(breaker.protect(() => Promise.reject(new Error('x')))).rejects.toBe(error);
    await expect(breaker.protect(() => ({ ok: false, status: 500, headers: {} }))).rejects.toBe(
      error,
    );
    const late = breaker.protect(never).catch((e: unknown) => e);
    await system.pass(100);
    expect(await late).toBe(error);
    const open = makeConnected([makeView('a', OPEN)]).recloser.breaker('a', { fallback });
    await expect(open.protect(never)).rejects.toBe(error);
  });
});
