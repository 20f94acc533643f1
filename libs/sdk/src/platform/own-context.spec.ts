import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Recloser as RecloserClass } from '../recloser.js';
import { FakeSystem, makeDelta, makeFull, makeView } from '../sdk.fake.js';
import { type SocketHandlers, type System, type SystemSocket } from './system.js';

const request = new AsyncLocalStorage<string>();
const OPEN = { state: 'open', admission: 0, version: 2 } as const;

/** Notes in which context each of its methods is called. */
class WatchedSystem extends FakeSystem {
  readonly seen: [what: string, context: string | undefined][] = [];

  override setTimer(run: () => void, ms: number): ReturnType<System['setTimer']> {
    this.#note('setTimer');
    return super.setTimer(run, ms);
  }

  override connect(
    url: string,
    headers: Readonly<Record<string, string>>,
    handlers: SocketHandlers,
  ): SystemSocket {
    this.#note('connect');
    const socket = super.connect(url, headers, handlers);
    const send = (text: string): void => {
      this.#note('send');
      socket.send(text);
    };
    return Object.assign(Object.create(socket) as SystemSocket, { send });
  }

  override watchFile(path: string, onChange: () => void): () => void {
    this.#note('watchFile');
    return super.watchFile(path, onChange);
  }

  override writeFile(path: string, text: string): Promise<void> {
    this.#note('writeFile');
    return super.writeFile(path, text);
  }

  override warn(message: string, code: string): void {
    this.#note('warn');
    super.warn(message, code);
  }

  #note(what: string): void {
    this.seen.push([what, request.getStore()]);
  }
}

/** Loaded within a request, as frameworks load the code of a route. */
let Recloser: typeof RecloserClass;
beforeAll(async () => {
  vi.resetModules();
  ({ Recloser } = await request.run('first', () => import('../recloser.js')));
});
afterAll(() => vi.resetModules());

describe('the async context of the SDK', () => {
  it('is its own, also when it is loaded, made and used within a request', async () => {
    const system = new WatchedSystem();
    const heard: [what: string, context: string | undefined][] = [];
    await request.run('first', async () => {
      system.files.set('/force', 'what nobody understands');
      const options = { instanceId: 'i1', snapshotFile: '/kept', forceFile: '/force' };
      const recloser = new Recloser(options, system);
      for (const event of ['applied', 'transition', 'stale', 'error'] as const) {
        recloser.on(event, () => void heard.push([event, request.getStore()]));
      }
      system.socket.open();
      system.socket.frame(makeFull([makeView('a')]));
      const breaker = recloser.breaker('a', { timeoutMs: 100 });
      recloser.breaker('new to it');
      await breaker.protect(() => Promise.resolve(1));
      system.socket.frame(makeDelta(1, [makeView('a', OPEN)]));
      await system.pass(3_000);
      system.edit('/force', 'a=nonsense');
      system.socket.end();
      await system.pass(30_000);
      await recloser.close();
    });
    expect(new Set(heard.map(([what]) => what))).toEqual(
      new Set(['applied', 'transition', 'stale', 'error']),
    );
    expect(new Set(system.seen.map(([what]) => what))).toEqual(
      new Set(['setTimer', 'connect', 'send', 'watchFile', 'writeFile', 'warn']),
    );
    const inRequest = [...heard, ...system.seen].filter(([, context]) => context !== undefined);
    expect(inRequest).toEqual([]);
  });

  it('is not that of the call which opened a breaker here', async () => {
    const system = new FakeSystem();
    const recloser = new Recloser({ connect: false }, system);
    const contexts: unknown[] = [];
    recloser.on('transition', () => void contexts.push(request.getStore()));
    const policy = { minCalls: 3, failureRate: 0.4, minFailingBuckets: 1 };
    const breaker = recloser.breaker('a', { policy });
    await request.run('failing', async () => {
      const calls = Array.from({ length: 5 }, () =>
        breaker.protect(() => Promise.reject(new Error())),
      );
      await Promise.allSettled(calls);
    });
    expect(contexts).toEqual([undefined]);
  });

  it('leaves the caller’s to the call, its fallback and what awaits it', async () => {
    const system = new FakeSystem();
    const recloser = new Recloser({ connect: false }, system);
    const seen: unknown[] = [];
    const breaker = recloser.breaker('a', {
      timeoutMs: 100,
      fallback: () => void seen.push(request.getStore()),
    });
    const call = request.run('mine', async () => {
      await breaker.protect(() => {
        seen.push(request.getStore());
        return new Promise<void>(() => undefined);
      });
      seen.push(request.getStore());
    });
    await system.pass(1_000);
    await call;
    expect(seen).toEqual(['mine', 'mine', 'mine']);
  });
});
