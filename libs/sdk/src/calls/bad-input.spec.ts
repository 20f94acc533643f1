import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { isCallTimeout, isCircuitOpen } from '../errors.js';
import { type BreakerOptions } from '../options/options.js';
import { makeConnected, makeRig, makeView } from '../sdk.fake.js';

const never = (): Promise<never> => new Promise(() => undefined);
const caught = (call: Promise<unknown>): Promise<unknown> => call.catch((e: unknown) => e);
const mine = new Error('mine');
/** What may come from code without types. */
const untyped = (value: unknown): never => value as never;

/** A call without anything, one with a deadline, and one through the whole pipeline. */
const WAYS: readonly (readonly [string, BreakerOptions])[] = [
  ['plain', {}],
  ['with a timeout', { timeoutMs: 100 }],
  [
    'through the pipeline',
    { timeoutMs: 100, maxConcurrent: 3, maxQueue: 3, retry: { maxRetries: 0 } },
  ],
];

describe.each(WAYS)('a function, %s,', (_, options) => {
  const rigOf = () => {
    const rig = makeConnected([makeView('a')]);
    return { ...rig, breaker: rig.recloser.breaker('a', options) };
  };

  it('that throws at once is a call that failed', async () => {
    const { breaker } = rigOf();
    const thrower = (): never => {
      throw mine;
    };
    await expect(breaker.protect(thrower)).rejects.toBe(mine);
    expect(breaker.stats()).toMatchObject({ failures: 1, calls: 1, inFlight: 0 });
  });

  it.each([undefined, null, 0, '', 'text', Symbol.iterator, 12n, { then: 5 }])(
    'may return %s instead of a promise',
    async (value) => {
      const { breaker } = rigOf();
      await expect(breaker.protect(() => value)).resolves.toBe(value);
      expect(breaker.stats()).toMatchObject({ ok: 1, inFlight: 0 });
    },
  );

  it.each<[string, (yes: (v: unknown) => void, no: (e: unknown) => void) => void, unknown]>([
    [
      'settles twice',
      (yes, no) => {
        yes(1);
        no(mine);
        yes(2);
      },
      1,
    ],
    [
      'throws',
      () => {
        throw mine;
      },
      mine,
    ],
    [
      'throws after it has settled',
      (yes) => {
        yes(1);
        throw mine;
      },
      1,
    ],
  ])('may return a thenable that %s', async (_name, then, expected) => {
    const { breaker } = rigOf();
    const thenable: PromiseLike<unknown> = untyped({ then });
    await expect(caught(breaker.protect(() => thenable))).resolves.toBe(expected);
    expect(breaker.stats()).toMatchObject({ calls: 1, inFlight: 0 });
  });

  it.each([undefined, null, 'text', 0, Object.create(null), new Proxy({}, {})])(
    'may reject with %o',
    async (reason: unknown) => {
      const { breaker } = rigOf();
      await expect(breaker.protect(() => Promise.reject(reason as Error))).rejects.toBe(reason);
      expect(breaker.stats()).toMatchObject({ failures: 1, inFlight: 0 });
    },
  );

  it('that aborts itself counts as nothing', async () => {
    const { breaker } = rigOf();
    const call = breaker.protect(() => Promise.reject(AbortSignal.abort().reason as Error));
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect(breaker.stats()).toMatchObject({ cancelled: 1, calls: 0, inFlight: 0 });
  });

  it('that never ends is reported once, and given up where there is a timeout', async () => {
    const { breaker, system } = rigOf();
    const call = caught(breaker.protect(never));
    await system.pass(1_500);
    expect(breaker.stats()).toMatchObject({ failures: 1, calls: 1 });
    if (options.timeoutMs === undefined) return;
    expect(isCallTimeout(await call)).toBe(true);
    expect(breaker.stats().inFlight).toBe(0);
  });

  it('goes on when the SDK is closed meanwhile, and so do later ones', async () => {
    const { breaker, recloser, system } = rigOf();
    const calls = [1, 2, 3, 4].map((n) =>
      breaker.protect(async () => {
        await new Promise<void>((resolve) => system.setTimer(resolve, 50));
        return n;
      }),
    );
    const closed = recloser.close();
    await system.pass(2_000);
    await closed;
    await expect(Promise.all(calls)).resolves.toEqual([1, 2, 3, 4]);
    await expect(breaker.protect(() => 5)).resolves.toBe(5);
    const late = caught(breaker.protect(never));
    await system.pass(500);
    if (options.timeoutMs !== undefined) expect(isCallTimeout(await late)).toBe(true);
  });
});

describe('what surrounds a call', () => {
  const PART = makeView('a', { state: 'ramping', admission: 2 ** 31 });

  it.each([
    [
      'a proxy that throws',
      new Proxy(
        {},
        {
          get: () => {
            throw mine;
          },
        },
      ),
    ],
    ['no object', untyped(5)],
    ['a key that is none', untyped({ accountId: { nested: true } })],
    ['a key of a million characters', { accountId: 'ä'.repeat(1e6) }],
    [
      'a hundred thousand attributes',
      Object.fromEntries([...Array(1e5).keys()].map((i) => [`k${i}`, i])),
    ],
    ['an inherited key', Object.create({ accountId: 'x' }) as object],
    ['a prototype', JSON.parse('{"__proto__":{"accountId":"x"}}') as object],
  ])('may be %s', async (_, context) => {
    const key = (): string => 'x';
    const { recloser } = makeConnected([PART]);
    const breaker = recloser.breaker('a', { maxConcurrent: 5, coalesce: key });
    for (const given of [context, untyped(null)]) {
      const result = await caught(breaker.protect(() => 'in', given));
      expect(result === 'in' || isCircuitOpen(result)).toBe(true);
    }
  });

  it('never changes what a fallback that throws gives', async () => {
    const fallback = (): never => {
      throw mine;
    };
    for (const [, options] of WAYS) {
      const { recloser } = makeConnected([makeView('a')]);
      const breaker = recloser.breaker('a', { ...options, fallback });
      await expect(breaker.protect(() => Promise.reject(new Error('x')))).rejects.toBe(mine);
    }
  });

  it('may be a breaker with any name', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (key) => {
        const { recloser, system } = makeConnected([makeView(key === '' ? 'a' : key)]);
        const breaker = recloser.breaker(key);
        await expect(breaker.protect(() => 1)).resolves.toBe(1);
        expect(breaker.stats()).toMatchObject({ breaker: key, ok: 1 });
        await system.pass(50);
        // Names that the control plane would refuse are not offered to it.
        for (const { keys } of system.socket.of('discover')) expect(keys).not.toContain('');
      }),
      { numRuns: 100 },
    );
  });

  it.each(['__proto__', 'constructor', 'toString', '*'])('may be a breaker named %s', (key) => {
    const { recloser } = makeRig({ connect: false, policies: { x: {} }, force: { x: 'open' } });
    expect(recloser.breaker(key).decide()).toMatchObject({ admitted: true });
  });

  it('may be another SDK in the same process, with states of its own', async () => {
    const open = makeView('a', { state: 'open', admission: 0, version: 2 });
    const one = makeConnected([open]).recloser.breaker('a', { maxConcurrent: 1 });
    const other = makeConnected([makeView('a')]).recloser.breaker('a', { maxConcurrent: 1 });
    expect(isCircuitOpen(await caught(one.protect(never)))).toBe(true);
    const fn = vi.fn(() => one.protect(never));
    // One within the other: what the inner one turned away says nothing about the outer one's dependency.
    expect(isCircuitOpen(await caught(other.protect(() => fn())))).toBe(true);
    expect(other.stats()).toMatchObject({ failures: 0, ignored: 1, inFlight: 0 });
    await expect(other.protect(() => 1)).resolves.toBe(1);
  });
});
