import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { CallTimeoutError, isCallTimeout } from '../errors.js';
import { type BreakerOptions } from '../options/options.js';
import { makeConnected, makeRig, makeView, settle } from '../sdk.fake.js';

const caught = (call: Promise<unknown>): Promise<unknown> => call.catch((e: unknown) => e);
const WAYS: readonly (readonly [string, BreakerOptions])[] = [
  ['plain', {}],
  ['with a timeout', { timeoutMs: 500 }],
  ['with a fallback', { timeoutMs: 500, fallback: (error) => error as never }],
  ['through the pipeline', { timeoutMs: 500, maxConcurrent: 3, retry: { maxRetries: 3 } }],
];
/** Errors as clients throw them when a request is aborted, whatever the reason was. */
const THROWN: readonly (readonly [string, (reason: unknown) => unknown])[] = [
  ['the reason itself', (reason) => reason],
  ['an AbortError', () => new DOMException('aborted', 'AbortError')],
  [
    'a CanceledError of axios',
    () => Object.assign(new Error('canceled'), { code: 'ERR_CANCELED' }),
  ],
  ['a plain error', () => new Error('socket hang up')],
  ['an error with a cause', (reason) => new Error('failed', { cause: reason })],
  ['what looks like a failure', () => Object.assign(new Error('x'), { status: 503 })],
  ['what looks like a timeout', () => Object.assign(new Error('x'), { code: 'ETIMEDOUT' })],
];
const REASONS: readonly unknown[] = [undefined, 'unmounted', new Error('bye'), null, { code: 1 }];
const untyped = (value: unknown): never => value as never;

async function until(signal: AbortSignal, thrown: (reason: unknown) => unknown): Promise<never> {
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  throw thrown(signal.reason) as Error;
}

describe.each(WAYS)('a call, %s,', (_, options) => {
  const rigOf = () => {
    const rig = makeConnected([makeView('a')]);
    return { ...rig, breaker: rig.recloser.breaker('a', options) };
  };

  it.each(THROWN)(
    'that its caller gave up counts as nothing when it throws %s',
    async (__, thrown) => {
      for (const reason of REASONS) {
        const { breaker } = rigOf();
        const caller = new AbortController();
        const call = caught(
          breaker.protect((signal) => until(signal, thrown), undefined, { signal: caller.signal }),
        );
        caller.abort(reason);
        const error = thrown(caller.signal.reason);
        await expect(call).resolves.toEqual(error);
        expect(breaker.stats()).toMatchObject({ calls: 0, cancelled: 1, retried: 0, inFlight: 0 });
      }
    },
  );

  it('whose signal never aborted is judged by its error, whatever it is called', async () => {
    const { breaker } = rigOf();
    const { signal } = new AbortController();
    const abort = new DOMException('aborted', 'AbortError');
    void caught(breaker.protect(() => Promise.reject(abort), undefined, { signal }));
    await settle();
    expect(breaker.stats()).toMatchObject({ cancelled: 0 });
    expect(breaker.stats().failures).toBeGreaterThan(0);
  });

  it.each([
    ['of its own', () => AbortSignal.timeout(1).reason as unknown],
    ['of an outer breaker', () => new CallTimeoutError('outer', 1, false)],
  ])('whose caller ran out of time %s counts as a timeout', async (__, reasonOf) => {
    const { breaker } = rigOf();
    const caller = new AbortController();
    const call = caught(
      breaker.protect((signal) => until(signal, (r) => r), undefined, { signal: caller.signal }),
    );
    caller.abort(reasonOf() ?? new DOMException('late', 'TimeoutError'));
    await call;
    expect(breaker.stats()).toMatchObject({ timeouts: 1, cancelled: 0 });
  });

  it('that answers after its caller has left is a success', async () => {
    const { breaker } = rigOf();
    const caller = new AbortController();
    const call = breaker.protect(
      async () => {
        caller.abort();
        await Promise.resolve();
        return 1;
      },
      undefined,
      { signal: caller.signal },
    );
    await expect(call).resolves.toBe(1);
    expect(breaker.stats()).toMatchObject({ ok: 1, cancelled: 0 });
  });

  it('is not made for a caller who has left already', async () => {
    const { breaker } = rigOf();
    const signal = AbortSignal.abort('gone');
    await expect(caught(breaker.protect(() => 1, undefined, { signal }))).resolves.toBe('gone');
    expect(breaker.stats()).toMatchObject({ calls: 0, cancelled: 0 });
  });
});

describe('a deadline and a caller', () => {
  it('count as nothing when the caller left first, and he gets his own reason', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const breaker = recloser.breaker('a', { timeoutMs: 100, fallback: 'instead' });
    const caller = new AbortController();
    const never = (): Promise<never> => new Promise(() => undefined);
    const call = caught(breaker.protect(never, undefined, { signal: caller.signal }));
    await system.pass(50);
    caller.abort('unmounted');
    await system.pass(100);
    await expect(call).resolves.toBe('unmounted');
    expect(breaker.stats()).toMatchObject({ calls: 0, cancelled: 1, inFlight: 0 });
  });

  it('count as a timeout when the deadline came first', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const breaker = recloser.breaker('a', { timeoutMs: 100 });
    const caller = new AbortController();
    const seen: unknown[] = [];
    const call = caught(
      breaker.protect((signal) => until(signal, (r) => seen.push(r)), undefined, {
        signal: caller.signal,
      }),
    );
    await system.pass(150);
    caller.abort();
    expect(isCallTimeout(await call)).toBe(true);
    expect(breaker.stats()).toMatchObject({ timeouts: 1, cancelled: 0 });
    expect(seen).toHaveLength(1);
  });

  it('may be one of several signals', async () => {
    const { recloser } = makeConnected([makeView('a')]);
    const breaker = recloser.breaker('a', { timeoutMs: 100 });
    const user = new AbortController();
    const signal = AbortSignal.any([user.signal, AbortSignal.timeout(60_000)]);
    const call = caught(breaker.protect((own) => until(own, (r) => r), undefined, { signal }));
    user.abort('left');
    await expect(call).resolves.toBe('left');
    expect(breaker.stats()).toMatchObject({ cancelled: 1, calls: 0 });
  });

  it('do not open a breaker, however many callers leave', async () => {
    const { recloser } = makeRig({ connect: false });
    const breaker = recloser.breaker('a', { timeoutMs: 1_000 });
    for (let call = 0; call < 100; call += 1) {
      const caller = new AbortController();
      const made = caught(
        breaker.protect((own) => until(own, (r) => r), undefined, { signal: caller.signal }),
      );
      caller.abort(call % 2 === 0 ? 'unmounted' : new Error('gone'));
      await made;
    }
    expect(breaker.stats()).toMatchObject({ state: 'closed', failures: 0, cancelled: 100 });
  });
});

describe('a permit', () => {
  it('is judged by its caller’s signal', () => {
    const { recloser } = makeConnected([makeView('a')]);
    const breaker = recloser.breaker('a');
    const caller = new AbortController();
    const left = breaker.acquire(undefined, { signal: caller.signal });
    const stays = breaker.acquire(undefined, { signal: new AbortController().signal });
    caller.abort('unmounted');
    left.failure('unmounted');
    stays.failure(new DOMException('aborted', 'AbortError'));
    expect(breaker.stats()).toMatchObject({ cancelled: 1, failures: 1, inFlight: 0 });
  });

  it('whose answer has begun cannot stall, and keeps that latency', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const breaker = recloser.breaker('a', { slowMs: 500 });
    const permit = breaker.acquire();
    await system.pass(200);
    permit.begun();
    await system.pass(60_000);
    expect(breaker.stats()).toMatchObject({ inFlight: 1, failures: 0, stalled: 0 });
    permit.begun();
    permit.success();
    permit.success();
    expect(breaker.stats()).toMatchObject({ ok: 1, slow: 0, inFlight: 0 });
    expect(breaker.stats().latency.max).toBe(200);
  });
});

describe('a signal', () => {
  it.each<[string, (...args: never[]) => unknown]>([
    ['a parameter', (signal: AbortSignal) => signal],
    ['a default', (signal: AbortSignal | null = null) => signal],
    ['a default in an async function', async (signal: AbortSignal | null = null) => [signal][0]],
    ['a rest parameter', (...given: AbortSignal[]) => given[0]],
    ['a destructured default', ({ aborted }: Partial<AbortSignal> = {}) => ({ aborted })],
    [
      'a rest parameter in a method',
      {
        async run(...given: AbortSignal[]) {
          return Promise.resolve(given[0]);
        },
      }.run,
    ],
  ])('reaches a function with %s, and aborts with the timeout', async (_, fn) => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const got = await recloser.breaker('a').protect(untyped(fn));
    expect(got).toMatchObject({ aborted: false });
    const timed = recloser.breaker('a', { timeoutMs: 100 });
    let kept: unknown;
    const call = caught(
      timed.protect(
        untyped(
          fn.length === 0
            ? (...given: never[]) => ((kept = fn(...given)), new Promise(() => undefined))
            : (signal: never) => ((kept = fn(signal)), new Promise(() => undefined)),
        ),
      ),
    );
    await system.pass(150);
    expect(isCallTimeout(await call)).toBe(true);
    const seen = (await kept) as { aborted: boolean };
    if (seen instanceof AbortSignal) expect(seen.aborted).toBe(true);
  });

  it('that outlives many calls keeps nothing of them', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const settled = async (): Promise<number> => {
      for (let turn = 0; turn < 5; turn += 1) {
        collect();
        await wait(1);
      }
      return process.memoryUsage().heapUsed;
    };
    const { recloser } = makeRig({ connect: false });
    const { signal } = new AbortController();
    for (const options of [{}, { timeoutMs: 5_000 }]) {
      const breaker = recloser.breaker('a', options);
      const calls = async (count: number): Promise<void> => {
        for (let call = 0; call < count; call += 1) {
          // As clients do that never take their listener away; it must be the call's own signal.
          await breaker.protect(
            (own) => (own === signal ? 1 : own.addEventListener('abort', () => undefined)),
            undefined,
            { signal },
          );
        }
      };
      await calls(500);
      const before = await settled();
      await calls(5_000);
      expect(((await settled()) - before) / 5_000).toBeLessThan(200);
    }
  });

  it.each([5, 'text', {}])(
    'that is none (%j) is refused, and says nothing about anybody',
    (signal) => {
      const { recloser } = makeConnected([makeView('a')]);
      const breaker = recloser.breaker('a');
      expect(() => breaker.protect(() => 1, undefined, untyped({ signal }))).toThrow('signal');
      expect(breaker.stats().calls).toBe(0);
    },
  );
});

describe('what is no function', () => {
  it.each([undefined, null, 5, {}])('(%j) is refused and counts as nothing', async (fn) => {
    for (const [, options] of WAYS) {
      const { recloser } = makeConnected([makeView('a')]);
      const breaker = recloser.breaker('a', { ...options, fallback: untyped(undefined) });
      await expect(breaker.protect(untyped(fn))).rejects.toMatchObject({ code: 'RECLOSER_OPTION' });
      expect(breaker.stats()).toMatchObject({ calls: 0, failures: 0, ignored: 1, inFlight: 0 });
      expect(() => breaker.wrap(untyped(fn))).toThrow('Option fn must be a function');
    }
  });
});
