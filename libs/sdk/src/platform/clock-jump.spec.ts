import { afterEach, describe, expect, it, vi } from 'vitest';
import { nodeSystem } from './node-system.js';
import { Recloser } from '../recloser.js';
import { makeFull, makeView } from '../sdk.fake.js';
import { type LinkedSystem, openUplink } from '../control-plane/control-plane-client.js';
import { type SocketHandlers } from './system.js';

const DAY_MS = 86_400_000;

afterEach(() => void vi.useRealTimers());

/** A real process, but for its socket. */
function connect(leaseMs: number) {
  let server: SocketHandlers | undefined;
  const socket = { bufferedBytes: 0, send() {}, close() {}, terminate() {} };
  const system: LinkedSystem = {
    ...nodeSystem(),
    uplink: openUplink,
    connect: (_url, _headers, handlers) => {
      server = handlers;
      return socket;
    },
  };
  const recloser = new Recloser({ instanceId: 'i1' }, system);
  server?.onOpen();
  const tuning = { flushMs: 1_000, urgentFlushMs: 50, leaseMs, pingMs: 5_000 };
  server?.onMessage(JSON.stringify({ ...makeFull([makeView('a')]), tuning }));
  return recloser;
}

describe.each([DAY_MS, -DAY_MS])('a wall clock that jumps by %d ms', (jump) => {
  it('neither ends a lease nor a call, nor makes either last', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const begin = performance.now();
    const recloser = connect(400);
    const events: boolean[] = [];
    recloser.on('takeover', ({ active }) => void events.push(active));
    const breaker = recloser.breaker('a', { timeoutMs: 100 });
    const start = performance.now();
    const call = breaker.protect(() => new Promise(() => undefined)).catch(() => undefined);
    vi.setSystemTime(Date.now() + jump);
    await call;
    expect(performance.now() - start).toBeGreaterThanOrEqual(99);
    expect(breaker.stats()).toMatchObject({ timeouts: 1, localLag: 0 });
    expect(events).toEqual([]);
    await vi.waitFor(() => expect(events).toEqual([true]), 60_000);
    expect(performance.now() - begin).toBeGreaterThanOrEqual(399);
    await recloser.close({ timeoutMs: 10 });
  });
});
