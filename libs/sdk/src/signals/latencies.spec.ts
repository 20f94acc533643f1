import { latencyBinOf } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import {
  defer,
  makeConnected,
  makeDelta,
  makeFull,
  makeRig,
  makeView,
  type FakeSystem,
} from '../sdk.fake.js';

const told = (system: FakeSystem) =>
  system.sockets.flatMap((socket) =>
    socket.of('signal').flatMap(({ items }) => items.map(({ b, h }) => [b, h ?? null] as const)),
  );

/** A call that takes so long. */
async function call(
  system: FakeSystem,
  protect: (fn: () => Promise<number>) => unknown,
  ms: number,
) {
  const answer = defer<number>();
  const ended = protect(() => answer.promise);
  await system.pass(ms);
  answer.resolve(1);
  await ended;
}

describe('latencies', () => {
  it('go with the counts, each once', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const breaker = recloser.breaker('a');
    const protect = (fn: () => Promise<number>) => breaker.protect(fn);
    await call(system, protect, 100);
    await call(system, protect, 300);
    await system.pass(1_500);
    await call(system, protect, 100);
    await system.pass(1_500);
    const [short, long] = [latencyBinOf(100), latencyBinOf(300)];
    const sums = new Map<number, number>();
    for (const [, h] of told(system)) {
      for (let i = 0; i < (h?.length ?? 0); i += 2) {
        sums.set(h![i]!, (sums.get(h![i]!) ?? 0) + h![i + 1]!);
      }
    }
    expect([...sums].sort(([a], [b]) => a - b)).toEqual([
      [short, 2],
      [long, 1],
    ]);
    expect(breaker.stats().latency.samples).toBe(3);
  });

  it('are told with one version only, and not at all where no call ended', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const breaker = recloser.breaker('a');
    await breaker.protect(() => 1);
    system.socket.frame(makeDelta(1, [makeView('a', { version: 2, state: 'open', admission: 0 })]));
    await breaker.protect(() => 1).catch(() => undefined);
    await system.pass(2_000);
    expect(told(system)).toEqual([
      ['a', [0, 1]],
      ['a', null],
    ]);
  });

  it('of a long time without a connection are not told as new ones', async () => {
    const { system, recloser } = makeRig();
    const breaker = recloser.breaker('a');
    const protect = (fn: () => Promise<number>) => breaker.protect(fn);
    await call(system, protect, 100);
    for (let second = 0; second < 20; second += 1) await call(system, protect, 1_000);
    system.socket.open();
    system.socket.frame(makeFull([makeView('a')]));
    await system.pass(1_500);
    const before = told(system).flatMap(([, h]) => h ?? []);
    expect(before).not.toContain(latencyBinOf(100));
    await call(system, protect, 10);
    await system.pass(1_500);
    expect(told(system).at(-1)).toEqual(['a', [latencyBinOf(10), 1]]);
    expect(breaker.stats().latency.samples).toBe(22);
  });
});
