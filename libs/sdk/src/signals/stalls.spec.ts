import { describe, expect, it } from 'vitest';
import {
  defer,
  makeConnected,
  makeDelta,
  makeRig,
  makeView,
  settle,
  sentItems,
} from '../sdk.fake.js';

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

describe('a dependency that hangs for all calls', () => {
  const answer = async ({ system, recloser }: ReturnType<typeof makeConnected>, calls: number) => {
    for (let call = 0; call < calls; call += 1) {
      const done = defer<number>();
      const answered = recloser.breaker('a').protect(() => done.promise);
      await system.pass(20);
      done.resolve(1);
      await answered;
    }
  };
  /** Ages of the buckets with failures, as they were sent. */
  const failedAges = ({ sockets }: ReturnType<typeof makeConnected>['system']): number[] =>
    sockets
      .flatMap((socket) => socket.of('signal'))
      .flatMap(({ items }) => items)
      .flatMap(({ c }) => c)
      .flatMap(([age, , failures = 0]) => (failures > 0 ? [age ?? 0] : []));

  it.each([
    ['a stall', {}],
    ['a timeout', { timeoutMs: 1_000 }],
  ])('is seen as of when it began, after %s without any answer', async (_name, options) => {
    const rig = makeConnected([makeView('a')]);
    const { system, recloser } = rig;
    const breaker = recloser.breaker('a', options);
    await answer(rig, 50);
    const before = breaker.stats().failures;
    // Ten calls a second that never end.
    for (let call = 0; call < 14; call += 1) {
      breaker.protect(never).catch(() => undefined);
      await system.pass(100);
    }
    const { failures } = breaker.stats();
    // All but those of the last quarter of a second.
    expect(failures - before).toBeGreaterThanOrEqual(10);
    expect(Math.max(...failedAges(system))).toBeGreaterThanOrEqual(3);
  });

  it('is another thing than one that hangs for some', async () => {
    const rig = makeConnected([makeView('a')]);
    const { system, recloser } = rig;
    const breaker = recloser.breaker('a');
    await answer(rig, 50);
    for (let round = 0; round < 14; round += 1) {
      breaker.protect(never).catch(() => undefined);
      await answer(rig, 1);
      await system.pass(80);
    }
    // Only those of which a second has passed.
    expect(breaker.stats().stalled).toBeLessThanOrEqual(5);
  });

  it('has ended with the first answer', async () => {
    const rig = makeConnected([makeView('a')]);
    const { system, recloser } = rig;
    const breaker = recloser.breaker('a');
    await answer(rig, 50);
    for (let call = 0; call < 14; call += 1) {
      breaker.protect(never).catch(() => undefined);
      await system.pass(100);
    }
    await answer(rig, 1);
    const { stalled } = breaker.stats();
    breaker.protect(never).catch(() => undefined);
    await system.pass(900);
    expect(breaker.stats().stalled).toBeLessThanOrEqual(stalled + 3);
  });
});

describe('a call that hangs when its breaker opens', () => {
  /** Calls that never end, 100 ms apart, and how long each took to fail, in ms; the breaker opens after `openMs`. */
  async function failedAfter(timeoutMs: number, openMs: number, meanwhile = 0): Promise<number[]> {
    const rig = makeConnected([makeView('a')]);
    const { system, recloser } = rig;
    const breaker = recloser.breaker('a', { timeoutMs });
    for (let call = 0; call < 50; call += 1) await breaker.protect(ok);
    await system.pass(1_000);
    const took: number[] = [];
    for (let at = 0; at < openMs; at += 100) {
      const startedAt = system.now();
      breaker.protect(never).catch(() => took.push(system.now() - startedAt));
      await system.pass(100);
    }
    for (let call = 0; call < meanwhile; call += 1) await breaker.protect(ok);
    system.socket.frame(makeDelta(1, [makeView('a', { state: 'open', admission: 0, version: 2 })]));
    await system.pass(timeoutMs + 100);
    expect(took).toHaveLength(openMs / 100);
    return took;
  }

  it('ends with it, as nothing is answered', async () => {
    const took = await failedAfter(1_000, 1_600);
    expect(Math.min(...took)).toBeLessThan(250);
    expect(Math.max(...took)).toBeGreaterThanOrEqual(1_000);
  });

  it('waits until the last second before its timeout', async () => {
    expect(Math.min(...(await failedAfter(5_000, 1_600)))).toBeGreaterThanOrEqual(4_000);
  });

  it('waits for its timeout where other calls are answered', async () => {
    expect(Math.min(...(await failedAfter(1_000, 1_600, 3)))).toBeGreaterThanOrEqual(1_000);
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
