import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from 'vitest';
import { isCallTimeout, isCircuitOpen } from '../errors.js';
import { Recloser } from '../recloser.js';
import { FakeSystem, makeRig } from '../sdk.fake.js';

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
  [
    'a mock that hands its arguments on',
    (seen) =>
      function mockConstructor() {
        // eslint-disable-next-line prefer-rest-params -- what is tested
        return Reflect.apply(seen, undefined, arguments);
      },
  ],
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
