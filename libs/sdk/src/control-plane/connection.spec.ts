import { describe, expect, it } from 'vitest';
import { makeConnected, makeDelta, makeFull, makeRig, makeView, settle } from '../sdk.fake.js';

const OPEN = { state: 'open', admission: 0, version: 2 } as const;

describe('keeping the connection', () => {
  it('answers pings', () => {
    const { system } = makeConnected([]);
    system.socket.frame({ t: 'ping', id: 3, lease: true });
    expect(system.socket.of('pong')).toEqual([{ t: 'pong', id: 3 }]);
  });

  it('resumes from what it knows, after a random part of a second', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const stale: unknown[] = [];
    recloser.on('stale', (event) => void stale.push([event.stale, event.seq]));
    system.nextRandom = 0.25;
    system.socket.end(1006);
    await system.pass(249);
    expect(system.sockets).toHaveLength(1);
    await system.pass(1);
    expect(system.sockets).toHaveLength(2);
    system.socket.open();
    expect(system.socket.of('hello')[0]?.resume).toEqual({ epoch: 'e1', seq: 1 });
    system.socket.frame({ t: 'delta', epoch: 'e1', from: 1, seq: 1, breakers: [], removed: [] });
    expect(recloser.status().connected).toBe(true);
    expect(stale).toEqual([
      [true, 1],
      [false, 1],
    ]);
  });

  it('waits longer after each failure, up to 30 s', async () => {
    const { system } = makeRig();
    system.nextRandom = 0;
    const waits: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      const at = system.time;
      const count = system.sockets.length;
      system.socket.end(1006);
      while (system.sockets.length === count) await system.pass(1);
      waits.push(Math.round((system.time - at) / 1_000));
    }
    expect(waits).toEqual([0, 1, 2, 4, 8, 16, 30, 30]);
  });

  it('gives up a connection on which nothing comes', async () => {
    const { system } = makeConnected([makeView('a')]);
    await system.pass(10_999);
    expect(system.sockets[0]?.closed).toBe(false);
    await system.pass(2);
    expect(system.sockets[0]?.closed).toBe(true);
  });

  it('does not take its own blocked event loop for a dead server', async () => {
    const { system } = makeConnected([makeView('a')]);
    // One that outlasts the block: past the lease, what has arrived meanwhile would be too old.
    const tuning = { flushMs: 1_000, urgentFlushMs: 50, leaseMs: 60_000, pingMs: 5_000 };
    system.socket.text(JSON.stringify({ ...makeFull([makeView('a')], 2), tuning }));
    await system.pass(6_000);
    system.block(20_000);
    // The timer comes first, and then what has arrived meanwhile.
    const due = system.pass(0);
    system.socket.frame({ t: 'ping', id: 1, lease: true });
    await due;
    await system.pass(5);
    expect(system.socket.closed).toBe(false);
  });

  it('spreads the reconnect that a goodbye asks for', async () => {
    const { system } = makeConnected([makeView('a')]);
    system.nextRandom = 0.5;
    system.socket.frame({ t: 'goodbye', reason: 'restart', withinMs: 6_000 });
    system.socket.end(1001);
    await system.pass(2_999);
    expect(system.sockets).toHaveLength(1);
    await system.pass(1);
    expect(system.sockets).toHaveLength(2);
  });

  it('comes back within ten minutes, whatever a goodbye asks for', async () => {
    const { system } = makeConnected([makeView('a')]);
    system.socket.frame({ t: 'goodbye', reason: 'restart', withinMs: 2 ** 52 });
    system.socket.end(1001);
    await system.pass(10 * 60_000);
    expect(system.sockets).toHaveLength(2);
  });

  it('sets no timer that is longer than timers can be', async () => {
    const { system } = makeConnected([makeView('a')]);
    const longest: number[] = [];
    const { setTimer } = system;
    system.setTimer = (run, ms) => {
      longest.push(ms);
      return setTimer.call(system, run, ms);
    };
    const tuning = { flushMs: 1_000, urgentFlushMs: 50, leaseMs: 2 ** 40, pingMs: 2 ** 40 };
    system.socket.text(JSON.stringify({ ...makeFull([makeView('a')], 2), tuning }));
    await system.pass(20_000);
    expect(Math.max(...longest)).toBeLessThan(2 ** 31);
  });

  it('waits as long as a fatal error says', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const errors: string[] = [];
    recloser.on('error', ({ code }) => void errors.push(code));
    system.nextRandom = 0;
    const error = { t: 'error', code: 'key_revoked', message: 'no', fatal: true } as const;
    system.socket.frame({ ...error, retryAfterMs: 60_000 });
    system.socket.end(4003);
    await system.pass(59_999);
    expect(system.sockets).toHaveLength(1);
    await system.pass(1);
    expect(system.sockets).toHaveLength(2);
    expect(errors).toEqual(['key_revoked']);
  });

  it('takes another id when two processes have the same', async () => {
    const bad = {
      kind: 'instance',
      version: 2,
      state: 'open',
      mode: 'auto',
      admission: 0,
    } as const;
    const { system, recloser } = makeConnected([
      makeView('a', { scopes: [{ ...bad, value: 'i1', retryAfterMs: null }] }),
    ]);
    const breaker = recloser.breaker('a');
    expect(breaker.allows()).toBe(false);
    system.socket.frame({ t: 'error', code: 'replaced', message: 'twice', fatal: true });
    // It is the other one, which has kept the name, that is bad.
    expect(breaker.allows()).toBe(true);
    system.socket.end(4000);
    await system.pass(60_000);
    system.socket.open();
    const { id } = system.socket.of('hello')[0]?.instance ?? {};
    expect(id).toMatch(/^i1-\w+$/);
    expect(recloser.status().instanceId).toBe(id);
    const renamed = makeView('a', { scopes: [{ ...bad, value: String(id), retryAfterMs: null }] });
    system.socket.frame(makeFull([renamed]));
    expect(breaker.allows()).toBe(false);
  });

  it('tells the developer of a refused key, once, and goes on trying', async () => {
    const { system } = makeRig();
    system.socket.end(1006, 'HTTP 401', 401);
    await system.pass(40_000);
    system.socket.end(1006, 'HTTP 401', 401);
    expect(system.warnings).toMatchObject([{ code: 'RECLOSER_UNAUTHORIZED' }]);
    expect(system.sockets).toHaveLength(2);
  });

  it('uses one timer', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const calls = Array.from({ length: 100 }, (_, i) =>
      recloser.breaker(`b${i}`, { timeoutMs: 50 }).protect(() => new Promise(() => undefined)),
    );
    const ended = Promise.allSettled(calls);
    await system.pass(2_000);
    expect((await ended).every(({ status }) => status === 'rejected')).toBe(true);
    expect(system.mostTimers).toBe(1);
  });
});

describe('unknown breakers', () => {
  it('are registered once each, together', async () => {
    const { system, recloser } = makeConnected([makeView('known')]);
    for (const key of ['known', 'x', 'y', 'x']) recloser.breaker(key);
    await system.pass(50);
    expect(system.socket.of('discover')).toEqual([{ t: 'discover', keys: ['x', 'y'] }]);
    recloser.breaker('z');
    await system.pass(50);
    expect(system.socket.of('discover')[1]?.keys).toEqual(['z']);
  });

  it('come in frames of at most 100', async () => {
    const { system, recloser } = makeConnected([]);
    for (let i = 0; i < 250; i += 1) recloser.breaker(`b${i}`);
    await system.pass(50);
    expect(system.socket.of('discover').map(({ keys }) => keys.length)).toEqual([100, 100, 50]);
  });
});

describe('listeners', () => {
  it('that throw hurt nobody', () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    let told = 0;
    recloser.on('transition', () => {
      throw new Error('mine');
    });
    recloser.on('transition', () => {
      told += 1;
    });
    recloser.on('error', () => {
      throw new Error('again');
    });
    system.socket.frame(makeDelta(1, [makeView('a', OPEN)]));
    system.socket.text('{');
    expect(told).toBe(1);
    expect(system.warnings).toMatchObject([{ code: 'RECLOSER_LISTENER_FAILED' }]);
  });

  it('can be taken away', () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    let told = 0;
    const off = recloser.on('applied', () => {
      told += 1;
    });
    off();
    system.socket.frame(makeDelta(1, [makeView('a', OPEN)]));
    expect(told).toBe(0);
  });
});

describe('close', () => {
  it('sends what is counted, waits for it to arrive, and says goodbye', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    await recloser.breaker('a').protect(() => Promise.resolve(1));
    const closing = recloser.close();
    await settle();
    expect(system.socket.of('signal')).toHaveLength(1);
    expect(system.socket.closed).toBe(false);
    system.socket.frame({ t: 'got', n: 1 });
    await closing;
    expect(system.socket.of('goodbye')).toHaveLength(1);
    expect(system.socket.closed).toBe(true);
    await system.pass(100);
    expect(system.timers).toBe(0);
  });

  it('does not wait for ever', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    await recloser.breaker('a').protect(() => Promise.resolve(1));
    const closing = recloser.close({ timeoutMs: 300 });
    await system.pass(300);
    await closing;
    expect(system.socket.closed).toBe(true);
    expect(recloser.status().lostCalls).toBe(1);
  });

  it('lets every call through afterwards', async () => {
    const { recloser } = makeConnected([makeView('a', OPEN), makeView('late', OPEN)]);
    const breaker = recloser.breaker('a');
    expect(breaker.allows()).toBe(false);
    await recloser.close();
    expect(breaker.allows()).toBe(true);
    expect(recloser.breaker('late').allows()).toBe(true);
    await expect(breaker.protect(() => 5)).resolves.toBe(5);
    await expect(recloser.ready()).resolves.toBe(false);
  });
});
