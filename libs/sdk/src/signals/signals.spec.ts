import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  defer,
  makeConnected,
  makeDelta,
  makeFull,
  makeRig,
  makeView,
  sentItems,
} from '../sdk.fake.js';

const fail = (): Promise<never> => Promise.reject(new Error('down'));
const ok = (): Promise<number> => Promise.resolve(1);

describe('signals', () => {
  it('come about every second, with jitter, and only when something was counted', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    await system.pass(5_000);
    expect(sentItems(system)).toEqual([]);
    system.socket.frame({ t: 'ping', id: 1, lease: true });
    system.nextRandom = 0;
    await recloser.breaker('a').protect(ok);
    await system.pass(799);
    expect(sentItems(system)).toEqual([]);
    await system.pass(2);
    expect(sentItems(system)).toEqual([['a', 1, [1]]]);
  });

  it('come within 50 ms of the first failure, and every 50 ms while it goes on', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const breaker = recloser.breaker('a');
    await system.pass(1_000);
    for (let i = 0; i < 50; i += 1) {
      await breaker.protect(fail).catch(() => undefined);
      await system.pass(10);
    }
    const batches = system.socket.of('signal');
    expect(batches.length).toBeGreaterThanOrEqual(9);
    expect(batches.length).toBeLessThanOrEqual(12);
    expect(batches.map(({ n }) => n)).toEqual(batches.map((_, i) => i + 1));
  });

  it('tell for two seconds after a failure within 250 ms what has gone well since', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const breaker = recloser.breaker('a');
    system.nextRandom = 0.5;
    await system.pass(1_000);
    await breaker.protect(fail).catch(() => undefined);
    await system.pass(50);
    /** How long a good outcome waits until it is sent. */
    const waits = async (): Promise<number> => {
      const before = sentItems(system).length;
      await breaker.protect(ok);
      let waited = 0;
      for (; sentItems(system).length === before; waited += 10) await system.pass(10);
      return waited;
    };
    for (let told = 0; told < 1_700; told += 250) expect(await waits()).toBe(250);
    await system.pass(500);
    expect(await waits()).toBe(1_000);
  });

  it('are not urgent for a few failures among many calls', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const breaker = recloser.breaker('a');
    for (let i = 0; i < 100; i += 1) await breaker.protect(ok);
    await breaker.protect(fail).catch(() => undefined);
    await system.pass(500);
    expect(system.socket.of('signal')).toEqual([]);
  });

  it('carry ages on the monotonic clock, one bucket per 250 ms', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const breaker = recloser.breaker('a');
    await breaker.protect(ok);
    await system.pass(250);
    await breaker.protect(ok);
    await breaker.protect(ok);
    await system.pass(750);
    const [item] = system.socket.of('signal')[0]!.items;
    expect(item?.c).toEqual([
      [1_000, 1],
      [750, 2],
    ]);
  });

  it('count under the version at admission', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const breaker = recloser.breaker('a');
    const early = defer<never>();
    const call = breaker.protect(() => early.promise).catch(() => undefined);
    system.socket.frame(makeDelta(1, [makeView('a', { version: 2 })]));
    await breaker.protect(ok);
    early.reject(new Error('down'));
    await call;
    await system.pass(100);
    expect(sentItems(system).sort()).toEqual([
      ['a', 1, [0, 1]],
      ['a', 2, [1]],
    ]);
    expect(breaker.stats()).toMatchObject({ ok: 1, failures: 1 });
  });

  it('of a breaker that was not known wait for its version', async () => {
    const { system, recloser } = makeConnected([]);
    await recloser.breaker('new').protect(ok);
    await system.pass(1_500);
    expect(sentItems(system)).toEqual([]);
    system.socket.frame(makeDelta(1, [makeView('new', { version: 4 })]));
    await system.pass(1_500);
    expect(sentItems(system)).toEqual([['new', 4, [1]]]);
  });

  it('from before the connection are sent after it, unless they are older than 15 s', async () => {
    const { system, recloser } = makeRig();
    const breaker = recloser.breaker('a');
    await breaker.protect(ok);
    await system.pass(9_000);
    await breaker.protect(ok);
    await system.pass(500);
    await system.pass(7_000);
    system.socket.open();
    system.socket.frame(makeFull([makeView('a')]));
    await system.pass(1_500);
    expect(sentItems(system)).toEqual([['a', 1, [1]]]);
    expect(recloser.status().lostCalls).toBe(1);
    expect(breaker.stats().ok).toBe(2);
  });

  it('are never sent twice: what is not acknowledged is lost, and counted so', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    await recloser.breaker('a').protect(ok);
    await system.pass(1_500);
    system.socket.end();
    await system.pass(1_000);
    system.socket.open();
    system.socket.frame(makeFull([makeView('a')]));
    await system.pass(2_000);
    expect(sentItems(system)).toEqual([['a', 1, [1]]]);
    expect(recloser.status().lostCalls).toBe(1);
  });

  it('wait while the connection does not keep up', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    system.socket.bufferedBytes = 10_000_000;
    await recloser.breaker('a').protect(ok);
    await system.pass(3_000);
    expect(sentItems(system)).toEqual([]);
    system.socket.bufferedBytes = 0;
    await system.pass(1_500);
    expect(sentItems(system)).toEqual([['a', 1, [1]]]);
  });

  it('fit into frames, however many breakers are active', async () => {
    const views = Array.from({ length: 3_000 }, (_, i) => makeView(`${'k'.repeat(150)}${i}`));
    const { system, recloser } = makeConnected(views);
    await Promise.all(views.map(({ key }) => recloser.breaker(key).protect(ok)));
    await system.pass(1_500);
    const texts = system.socket.texts.filter((text) => text.includes('"signal"'));
    expect(texts.length).toBeGreaterThan(1);
    expect(Math.max(...texts.map((text) => Buffer.byteLength(text)))).toBeLessThan(256 * 1024);
    expect(sentItems(system)).toHaveLength(3_000);
  });

  it('tell the longest stall of the event loop', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const done = defer<number>();
    const call = recloser.breaker('a').protect(() => done.promise);
    await system.pass(15);
    system.block(400);
    await system.pass(20);
    done.resolve(1);
    await call;
    await system.pass(1_500);
    expect(system.socket.of('signal')[0]?.lag).toBeGreaterThanOrEqual(390);
  });

  it('add up to the calls that were made', async () => {
    const step = fc.record({
      kind: fc.constantFrom('ok', 'fail', 'throttled', 'wait'),
      ms: fc.nat(300),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { system, recloser } = makeConnected([makeView('a')]);
        const breaker = recloser.breaker('a');
        const made = { ok: 0, fail: 0, throttled: 0 };
        for (const { kind, ms } of steps) {
          if (kind === 'ok') await breaker.protect(ok);
          if (kind === 'fail') await breaker.protect(fail).catch(() => undefined);
          if (kind === 'throttled') {
            const error = Object.assign(new Error('slow down'), { statusCode: 429 });
            await breaker.protect(() => Promise.reject(error)).catch(() => undefined);
          }
          if (kind === 'wait') await system.pass(ms);
          else made[kind] += 1;
        }
        await system.pass(3_000);
        const total = [0, 0, 0];
        for (const [, , sums] of sentItems(system)) {
          total[0]! += sums[0] ?? 0;
          total[1]! += sums[1] ?? 0;
          total[2]! += sums[6] ?? 0;
        }
        expect(total).toEqual([made.ok, made.fail, made.throttled]);
        expect(breaker.stats()).toMatchObject({
          ok: made.ok,
          failures: made.fail,
          throttled: made.throttled,
          inFlight: 0,
        });
      }),
      { numRuns: 40 },
    );
  });
});
