import { describe, expect, it } from 'vitest';
import { defer, makeConnected, makeRig, makeView, settle, sentItems } from '../sdk.fake.js';

const never = (): Promise<never> => new Promise(() => undefined);
const ok = (): Promise<number> => Promise.resolve(1);

describe('calls that hang', () => {
  it('are reported once, before they end, and their end adds nothing', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const breaker = recloser.breaker('a', { timeoutMs: 3_000 });
    const done = defer<number>();
    const first = breaker.protect(() => done.promise);
    const second = breaker.protect(never).catch(() => 'timeout');
    await system.pass(990);
    expect(breaker.stats()).toMatchObject({ stalled: 0, inFlight: 2 });
    await system.pass(100);
    expect(sentItems(system)).toEqual([['a', 1, [0, 2, 0, 0, 2]]]);
    done.resolve(1);
    await first;
    await system.pass(3_000);
    await expect(second).resolves.toBe('timeout');
    await system.pass(2_000);
    expect(sentItems(system)).toEqual([['a', 1, [0, 2, 0, 0, 2]]]);
    expect(breaker.stats()).toMatchObject({ ok: 0, failures: 2, stalled: 2, inFlight: 0 });
  });

  it('that end before their report is sent correct it', async () => {
    const { system, recloser } = makeRig();
    const breaker = recloser.breaker('a', { stallMs: 100 });
    const done = defer<number>();
    const call = breaker.protect(() => done.promise);
    await system.pass(200);
    expect(breaker.stats()).toMatchObject({ failures: 1, stalled: 1, ok: 0 });
    done.resolve(1);
    await call;
    expect(breaker.stats()).toMatchObject({ failures: 0, stalled: 0, ok: 1, inFlight: 0 });
  });

  it('stop the clock once they are reported', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    void recloser.breaker('a').protect(never);
    await system.pass(3_000);
    const timers = system.ran;
    await system.pass(2_000);
    expect(system.ran - timers).toBeLessThan(5);
    expect(recloser.breaker('a').stats().inFlight).toBe(1);
  });
});

describe('slow calls', () => {
  it('are counted, exactly enough', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const breaker = recloser.breaker('a', { slowMs: 100, stallMs: 5_000 });
    for (const ms of [10, 80, 120, 300]) {
      const done = defer<number>();
      const call = breaker.protect(() => done.promise);
      await system.pass(ms);
      done.resolve(1);
      await call;
    }
    expect(breaker.stats()).toMatchObject({ ok: 4, slow: 2, latency: { max: 300 } });
  });
});

describe('a blocked event loop', () => {
  it('lets answers that have arrived count before the verdict', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const breaker = recloser.breaker('a', { timeoutMs: 200 });
    const done = defer<number>();
    const call = breaker.protect(() => done.promise);
    await system.pass(20);
    system.block(1_000);
    // The late timer runs first; then what the network has brought.
    const due = system.pass(0);
    done.resolve(7);
    await due;
    await system.pass(50);
    await expect(call).resolves.toBe(7);
    expect(breaker.stats()).toMatchObject({ ok: 1, failures: 0, localLag: 0, slow: 0 });
  });

  it('is blamed for the timeouts that it causes', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const breaker = recloser.breaker('a', { timeoutMs: 200 });
    const call = breaker.protect(never).catch((e: unknown) => e);
    await system.pass(20);
    system.block(1_000);
    await system.pass(50);
    expect(await call).toMatchObject({ code: 'RECLOSER_TIMEOUT', localLag: true });
    expect(breaker.stats()).toMatchObject({ failures: 0, localLag: 1 });
  });

  it('is no excuse for a dependency that hangs on', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const breaker = recloser.breaker('a', { timeoutMs: 3_000 });
    const call = breaker.protect(never).catch((e: unknown) => e);
    await system.pass(100);
    system.block(60);
    await system.pass(3_500);
    expect(await call).toMatchObject({ localLag: false });
    expect(breaker.stats()).toMatchObject({ failures: 1, stalled: 1 });
  });

  it('before a call is not held against it', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const breaker = recloser.breaker('a', { timeoutMs: 500 });
    await breaker.protect(ok);
    system.block(2_000);
    const done = defer<number>();
    const call = breaker.protect(() => done.promise);
    await system.pass(100);
    done.resolve(1);
    await expect(call).resolves.toBe(1);
    await settle();
    expect(breaker.stats()).toMatchObject({ ok: 2, failures: 0, stalled: 0, slow: 0 });
  });
});
