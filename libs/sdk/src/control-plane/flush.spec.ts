import { describe, expect, it } from 'vitest';
import { Recloser } from '../recloser.js';
import { FakeSystem, makeConnected, makeFull, makeRig, makeView } from '../sdk.fake.js';

const ok = (): Promise<string> => Promise.resolve('ok');

describe('flush()', () => {
  it('sends what is counted at once, and waits until it has arrived', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    await recloser.breaker('a').protect(ok);
    const flushed = recloser.flush();
    await system.pass(100);
    const [signal] = system.socket.of('signal');
    expect(signal?.items).toMatchObject([{ b: 'a', c: [[expect.any(Number), 1]] }]);
    system.socket.frame({ t: 'got', n: signal?.n ?? 0 });
    await system.pass(100);
    await expect(flushed).resolves.toBe(true);
    expect(recloser.status().lostCalls).toBe(0);
  });

  it('waits for the connection, and for a breaker to become known', async () => {
    const { system, recloser } = makeRig();
    await recloser.breaker('a').protect(ok);
    const flushed = recloser.flush({ timeoutMs: 5_000 });
    await system.pass(500);
    system.socket.open();
    system.socket.frame(makeFull([]));
    await system.pass(500);
    expect(system.socket.of('discover')).toHaveLength(1);
    system.socket.frame(makeFull([makeView('a')], 2));
    await system.pass(100);
    const [signal] = system.socket.of('signal');
    system.socket.frame({ t: 'got', n: signal?.n ?? 0 });
    await system.pass(100);
    await expect(flushed).resolves.toBe(true);
  });

  it('gives up in time, and says so', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    await recloser.breaker('a').protect(ok);
    const flushed = recloser.flush({ timeoutMs: 300 });
    await system.pass(400);
    await expect(flushed).resolves.toBe(false);
    expect(system.isHeld).toBe(false);
  });

  it('is false when what it sent was lost with the connection', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    await recloser.breaker('a').protect(ok);
    const flushed = recloser.flush({ timeoutMs: 3_000 });
    await system.pass(50);
    system.socket.end();
    await system.pass(1);
    system.socket.open();
    system.socket.frame(makeFull([makeView('a')], 2));
    await system.pass(3_000);
    await expect(flushed).resolves.toBe(false);
    expect(recloser.status().lostCalls).toBe(1);
  });

  it('does not trust a connection on which nothing came for too long, nor wait to open another', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    await recloser.breaker('a').protect(ok);
    const sent = system.socket.texts.length;
    // Stopped: time passes, and nothing runs.
    system.block(60_000);
    await system.pass(1);
    await recloser.breaker('a').protect(ok);
    const flushed = recloser.flush();
    await system.pass(50);
    expect(system.sockets).toHaveLength(2);
    expect(system.sockets[0]?.texts.slice(sent)).toEqual([]);
    system.socket.open();
    system.socket.frame(makeFull([makeView('a')], 2));
    await system.pass(50);
    const [signal] = system.socket.of('signal');
    system.socket.frame({ t: 'got', n: signal?.n ?? 0 });
    await system.pass(50);
    expect(signal?.items).toMatchObject([{ b: 'a' }]);
    await expect(flushed).resolves.toBe(true);
    // The first call was too old to be of use by then.
    expect(recloser.status().lostCalls).toBe(1);
  });

  it('does not press a server that refuses, or asked for patience', async () => {
    const { system, recloser } = makeRig();
    system.socket.end(1006, 'HTTP 401', 401);
    const flushed = recloser.flush({ timeoutMs: 5_000 });
    await system.pass(5_000);
    await expect(flushed).resolves.toBe(false);
    expect(system.sockets).toHaveLength(1);
  });

  it('is false at once where there is nobody to send to', async () => {
    const alone = new Recloser({ connect: false }, new FakeSystem());
    await expect(alone.flush()).resolves.toBe(false);
    const { recloser } = makeConnected([]);
    await recloser.close();
    await expect(recloser.flush()).resolves.toBe(false);
  });
});
