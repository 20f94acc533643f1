import { AsyncLocalStorage } from 'node:async_hooks';
import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { isCallTimeout, isCircuitOpen } from '../errors.js';
import { Recloser } from '../recloser.js';
import { FakeSystem, makeRig } from '../sdk.fake.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const untyped = (value: unknown): never => value as never;
const hang = () => new Promise<never>(() => undefined);

describe('in a process whose intrinsics are frozen', () => {
  const frozen = async (run: () => Promise<void>): Promise<void> => {
    const before = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit');
    Object.defineProperty(Error, 'stackTraceLimit', { value: 10, writable: false });
    try {
      await run();
    } finally {
      if (before !== undefined) Object.defineProperty(Error, 'stackTraceLimit', before);
    }
  };

  it('calls are turned away and time out as ever', () =>
    frozen(async () => {
      const system = new FakeSystem();
      const recloser = new Recloser({ connect: false, force: { down: 'open' } }, system);
      const error: unknown = await recloser
        .breaker('down')
        .protect(hang)
        .catch((each: unknown) => each);
      expect(isCircuitOpen(error)).toBe(true);
      const call = recloser
        .breaker('late', { timeoutMs: 50 })
        .protect(hang)
        .catch((each: unknown) => each);
      await system.pass(100);
      expect(isCallTimeout(await call)).toBe(true);
      expect(recloser.breaker('late').stats()).toMatchObject({ timeouts: 1, inFlight: 0 });
    }));
});

describe('in a process that may not read its environment', () => {
  it('an SDK is made, and goes by its options', () => {
    const system = new FakeSystem();
    const denied = new Proxy({}, { get: () => expect.fail('Requires env access') });
    const recloser = new Recloser({ force: { a: 'open' } }, Object.assign(system, { env: denied }));
    expect(recloser.breaker('a').allows()).toBe(false);
  });
});

describe('an SDK key that was read from a file', () => {
  it('is sent without the line break at its end', async () => {
    const system = new FakeSystem();
    new Recloser({ sdkKey: 'secret\n' }, system).breaker('a');
    await system.pass(1_000);
    expect(system.socket.headers).toEqual({ authorization: 'Bearer secret' });
  });
});

/** As mocks are, and what is compiled for engines without rest parameters. */
const wrapWithArguments = runInNewContext(
  '(fn) => function mockConstructor() { return fn.apply(this, arguments); }',
) as (seen: (signal: AbortSignal) => unknown) => () => unknown;

/** What looks at its signal though its `length` is 0. */
const HIDDEN: readonly (readonly [
  string,
  (seen: (signal: AbortSignal) => unknown) => () => unknown,
])[] = [
  [
    'a default',
    (seen) =>
      (signal = AbortSignal.abort()) =>
        seen(signal),
  ],
  [
    'a rest',
    (seen) =>
      (...[signal]: AbortSignal[]) =>
        signal && seen(signal),
  ],
  ['a mock that hands its arguments on', (seen) => wrapWithArguments(seen)],
];

describe.each(HIDDEN)('a function that takes its signal by %s', (_, make) => {
  it('gets one that aborts when its time is up', async () => {
    const { system, recloser } = makeRig({ connect: false });
    let signal: AbortSignal | undefined;
    const call = recloser
      .breaker('a', { timeoutMs: 50 })
      .protect(
        make((given) => {
          signal = given;
          return hang();
        }),
      )
      .catch((error: unknown) => error);
    await system.pass(100);
    expect(isCallTimeout(await call)).toBe(true);
    expect(signal?.aborted).toBe(true);
  });
});

describe('who listens to the signal of a call', () => {
  it('is told in the async context of that call when its time is up', async () => {
    const { system, recloser } = makeRig({ connect: false });
    const request = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const breaker = recloser.breaker('a', { timeoutMs: 50 });
    const calls = ['one', 'two'].map((name) =>
      request.run(name, () =>
        breaker
          .protect((signal) => {
            signal.addEventListener('abort', () => void seen.push(request.getStore()));
            return hang();
          })
          .catch((error: unknown) => error),
      ),
    );
    await system.pass(100);
    await Promise.all(calls);
    expect(seen.sort()).toEqual(['one', 'two']);
  });
});

describe('a signal that many calls share', () => {
  const WAYS = [
    ['waiting for a place', { maxConcurrent: 1, maxQueue: 100 }],
    ['waiting for their next attempt', { retry: { maxRetries: 3, baseMs: 1_000 } }],
    ['running', { timeoutMs: 1_000 }],
  ] as const;

  it.each(WAYS)(
    'has one listener at most while they are %s, and none after',
    async (_, options) => {
      const { system, recloser } = makeRig({ connect: false });
      const breaker = recloser.breaker('a', { ...options, policy: { minCalls: 1_000 } });
      const { signal } = new AbortController();
      const fail = (): Promise<never> => Promise.reject(new Error('down'));
      const calls = Array.from({ length: 30 }, () =>
        breaker.protect(fail, undefined, { signal }).catch((error: unknown) => error),
      );
      await system.pass(10);
      expect(getEventListeners(signal, 'abort').length).toBeLessThanOrEqual(1);
      await system.pass(30_000);
      await Promise.all(calls);
      // Whoever still has the signal of a call is told of an abort, so that one is followed until nobody has it.
      await vi.waitFor(() => {
        collect();
        expect(getEventListeners(signal, 'abort')).toEqual([]);
      });
    },
  );

  it('tells all who wait when it aborts, and each once', async () => {
    const { system, recloser } = makeRig({ connect: false });
    const breaker = recloser.breaker('a', { maxConcurrent: 1, maxQueue: 100 });
    const caller = new AbortController();
    const calls = Array.from({ length: 20 }, () =>
      breaker.protect(hang, undefined, { signal: caller.signal }).catch((error: unknown) => error),
    );
    await system.pass(10);
    caller.abort('gone');
    await system.pass(10);
    expect(new Set(await Promise.all(calls.slice(1)))).toEqual(new Set(['gone']));
  });
});

describe('a signal of a library that stands in for the native one', () => {
  /** As of `abort-controller`, which gives no reason. */
  class OldSignal extends EventTarget {
    aborted = false;
    abort(): void {
      this.aborted = true;
      this.dispatchEvent(new Event('abort'));
    }
  }

  it('rejects with an AbortError, before the call and while it waits or runs', async () => {
    const { system, recloser } = makeRig({ connect: false });
    const signal = new OldSignal();
    const given = { signal: untyped(signal) };
    const start = (key: string, options: object) =>
      recloser
        .breaker(key, options)
        .protect(
          (own) =>
            new Promise((_, no) => own.addEventListener('abort', () => no(own.reason as Error))),
          undefined,
          given,
        )
        .catch((error: unknown) => error);
    const calls = [
      start('timed', { timeoutMs: 500 }),
      start('placed', { timeoutMs: 500, maxConcurrent: 1, maxQueue: 5 }),
      start('placed', { timeoutMs: 500, maxConcurrent: 1, maxQueue: 5 }),
    ];
    await system.pass(10);
    signal.abort();
    calls.push(start('timed', {}));
    await system.pass(1_000);
    const names = (await Promise.all(calls)).map((error) => (error as Error).name);
    expect(names).toEqual(calls.map(() => 'AbortError'));
    expect(recloser.stats().map(({ calls: counted }) => counted)).toEqual([0, 0]);
  });
});
