import { describe, expect, it } from 'vitest';
import { type Breaker } from './breaker.js';
import { makeConnected, makeDelta, makeFull, makeView, type FakeSystem } from '../sdk.fake.js';

const OPEN = { state: 'open', admission: 0 } as const;

async function fail(system: FakeSystem, breaker: Breaker, ms: number): Promise<void> {
  for (let at = 0; at < ms; at += 50) {
    await breaker.protect(() => Promise.reject(new Error('down'))).catch(() => undefined);
    await system.pass(50);
  }
}

async function cutOff(system: FakeSystem): Promise<void> {
  system.socket.end();
  await system.pass(10_001);
}

async function back(system: FakeSystem): Promise<void> {
  while (system.socket.closed) await system.pass(500);
  system.socket.open();
  system.socket.frame(makeFull([makeView('a', { version: 5 })], 9));
}

/** What was told of the process's own breaker. */
function openings({ sockets }: FakeSystem) {
  const items = sockets.flatMap((socket) => socket.of('signal')).flatMap((frame) => frame.items);
  return items.flatMap(({ o }) => (o === undefined ? [] : [o]));
}

describe('what a process decided alone', () => {
  it('is told on its return with the time and the counts, until the fleet decides anew', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const breaker = recloser.breaker('a');
    await cutOff(system);
    await fail(system, breaker, 3_000);
    expect(breaker.allows()).toBe(false);
    await back(system);
    await fail(system, breaker, 3_000);
    const [first, ...more] = openings(system);
    const [openedAgo = 0, calls, failures, failedAgo = 0] = first ?? [];
    expect(openedAgo).toBeGreaterThan(1_000);
    expect(openedAgo).toBeLessThan(10_000);
    expect(calls).toBe(failures);
    expect(failedAgo).toBeLessThanOrEqual(openedAgo);
    expect(more.length).toBeGreaterThan(0);
    system.socket.frame(makeDelta(9, [makeView('a', { ...OPEN, version: 6 })]));
    const before = openings(system).length;
    await fail(system, breaker, 3_000);
    expect(openings(system)).toHaveLength(before);
  });

  it('is not told where it only follows what the fleet had decided', async () => {
    const { system, recloser } = makeConnected([makeView('a', { ...OPEN, version: 2 })]);
    const breaker = recloser.breaker('a');
    await cutOff(system);
    await back(system);
    for (let at = 0; at < 20; at += 1) {
      await breaker.protect(() => Promise.resolve(1)).catch(() => undefined);
      await system.pass(100);
    }
    expect(openings(system)).toEqual([]);
  });
});
