import { afterEach, describe, expect, it, vi } from 'vitest';
import { type RecloserOptions } from '../options/options.js';
import { Recloser } from '../recloser.js';
import { FakeSystem, makeFull, makeView } from '../sdk.fake.js';

const OPEN = { state: 'open', admission: 0, version: 2 } as const;

/** An SDK as in a real process: what talks to the control plane is still to be loaded. */
function makeLazy(options: RecloserOptions = {}, system = new FakeSystem()) {
  system.uplink = undefined;
  return { system, recloser: new Recloser({ instanceId: 'i1', ...options }, system) };
}

const opened = (system: FakeSystem): Promise<void> =>
  vi.waitFor(() => expect(system.sockets).toHaveLength(1));

afterEach(() => {
  vi.doUnmock('./control-plane-client.js');
});

describe('before the uplink is loaded', () => {
  it('calls pass, and their counts are sent when it is there', async () => {
    const { system, recloser } = makeLazy();
    const breaker = recloser.breaker('a');
    expect(breaker.decide()).toMatchObject({ admitted: true, reason: 'closed', seq: null });
    await expect(breaker.protect(() => Promise.resolve(1))).resolves.toBe(1);
    expect(recloser.status()).toMatchObject({ connected: false, epoch: null, lostCalls: 0 });
    expect(system.sockets).toEqual([]);
    await opened(system);
    system.socket.open();
    system.socket.frame(makeFull([makeView('a')]));
    await system.pass(2_000);
    const [signal] = system.socket.of('signal');
    expect(signal?.items).toEqual([{ b: 'a', v: 1, c: [[expect.any(Number), 1]], h: [0, 1] }]);
  });

  it('a dependency that fails is cut off here already', async () => {
    const policy = { minCalls: 3, failureRate: 0.4, minFailingBuckets: 1 };
    const { recloser } = makeLazy();
    const breaker = recloser.breaker('a', { policy });
    const calls = Array.from({ length: 5 }, () =>
      breaker.protect(() => Promise.reject(new Error())),
    );
    await Promise.allSettled(calls);
    expect(breaker.decide()).toMatchObject({ admitted: false, reason: 'local' });
  });

  it('ready() waits for it, and for the state', async () => {
    const { system, recloser } = makeLazy();
    const ready = recloser.ready();
    await opened(system);
    system.socket.open();
    system.socket.frame(makeFull([makeView('a', OPEN)]));
    await expect(ready).resolves.toBe(true);
    expect(recloser.breaker('a').allows()).toBe(false);
  });

  it('ready() is false as soon as it is clear that no state will come', async () => {
    const { system, recloser } = makeLazy({ url: 'nonsense' });
    await expect(recloser.ready()).resolves.toBe(false);
    expect(system.time).toBe(1_000);
  });

  it('close() is the end: nothing is opened any more, and nothing keeps the process', async () => {
    const { system, recloser } = makeLazy();
    const ready = recloser.ready();
    await recloser.close();
    await import('./control-plane-client.js');
    await system.pass(10_000);
    await expect(ready).resolves.toBe(false);
    expect(system.sockets).toEqual([]);
    expect(system.timers).toBe(0);
    expect(recloser.breaker('a').allows()).toBe(true);
  });

  it('nothing is loaded that is not needed', async () => {
    vi.doMock('./control-plane-client.js', () => {
      throw new Error('loaded');
    });
    const { system, recloser } = makeLazy({ connect: false });
    await expect(recloser.ready()).resolves.toBe(false);
    expect(system.warnings).toEqual([]);
  });

  it('one that cannot be loaded is told, and this process decides alone', async () => {
    vi.doMock('./control-plane-client.js', () => {
      throw new Error('no such chunk');
    });
    const { system, recloser } = makeLazy();
    await expect(recloser.ready()).resolves.toBe(false);
    expect(system.warnings).toMatchObject([{ code: 'RECLOSER_UPLINK_NOT_LOADED' }]);
    await expect(recloser.breaker('a').protect(() => Promise.resolve(1))).resolves.toBe(1);
    await recloser.close();
  });
});

describe('the snapshot file', () => {
  const snapshotFile = '/cache/recloser.json';
  const kept = [
    makeView('a', OPEN),
    makeView('seen', { ...OPEN, mode: 'observe' }),
    makeView('held', { ...OPEN, mode: 'held' }),
  ];

  function makeKept() {
    const system = new FakeSystem();
    const snapshot = { epoch: 'e1', seq: 4, fleet: 20, breakers: kept };
    system.files.set(snapshotFile, JSON.stringify(snapshot));
    return makeLazy({ snapshotFile }, system);
  }

  it('is in effect with the uplink, also for breakers that were there before', async () => {
    const { system, recloser } = makeKept();
    const breakers = kept.map(({ key }) => recloser.breaker(key));
    expect(breakers.map((breaker) => breaker.allows())).toEqual([true, true, true]);
    await opened(system);
    const reasons = breakers.map((breaker) => breaker.decide().reason);
    expect(reasons).toEqual(['local', 'observe', 'open']);
    expect(recloser.breaker('a').allows()).toBe(false);
    expect(recloser.status()).toMatchObject({ seq: 4, epoch: 'e1', connected: false });
  });

  it('is in effect without a connection, too', async () => {
    const system = new FakeSystem();
    system.files.set(snapshotFile, JSON.stringify({ epoch: 'e1', seq: 4, breakers: kept }));
    const { recloser } = makeLazy({ snapshotFile, connect: false }, system);
    await expect(recloser.ready()).resolves.toBe(false);
    expect(recloser.breaker('a').allows()).toBe(false);
  });

  it('does not close what this process has opened itself', async () => {
    const system = new FakeSystem();
    const snapshot = { epoch: 'e1', seq: 4, breakers: [makeView('a')] };
    system.files.set(snapshotFile, JSON.stringify(snapshot));
    const { recloser } = makeLazy({ snapshotFile }, system);
    const policy = { minCalls: 3, failureRate: 0.4, minFailingBuckets: 1 };
    const breaker = recloser.breaker('a', { policy });
    const calls = Array.from({ length: 5 }, () =>
      breaker.protect(() => Promise.reject(new Error())),
    );
    await Promise.allSettled(calls);
    await opened(system);
    expect(breaker.decide()).toMatchObject({ admitted: false, reason: 'local' });
  });
});
