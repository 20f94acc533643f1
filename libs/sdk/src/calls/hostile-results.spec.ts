import { describe, expect, it } from 'vitest';
import { type BreakerOptions } from '../options/options.js';
import { makeConnected, makeView } from '../sdk.fake.js';

const WAYS: readonly (readonly [string, BreakerOptions<unknown>])[] = [
  ['plain', {}],
  ['with a timeout', { timeoutMs: 500 }],
  ['with a fallback', { fallback: 'instead' }],
  ['through the pipeline', { maxConcurrent: 3 }],
  [
    'with an isFailure that reads it',
    { isFailure: (value) => (value as { ok: unknown }).ok === 1 || undefined },
  ],
  ['under a rule', { isFailure: () => undefined }],
];
const boom = (): never => {
  throw new Error('do not touch');
};
const strict = new Proxy({ PORT: 1 }, { get: (_, name) => (name === 'then' ? undefined : boom()) });
const RESULTS: readonly (readonly [string, object])[] = [
  ['a proxy that knows only its own names', strict],
  ['a proxy that hides what it is', new Proxy({}, { getPrototypeOf: boom, has: boom })],
  ['a getter that throws', Object.defineProperty({}, 'status', { get: boom })],
  ['a getter of its code', Object.defineProperty({}, 'statusCode', { get: boom })],
  ['a status that cannot be compared', { status: Symbol('x') }],
  ['a status that throws when compared', { status: { valueOf: boom } }],
  ['headers that throw', Object.defineProperty({ status: 200 }, 'headers', { get: boom })],
];

describe.each(WAYS)('a call, %s,', (_, options) => {
  const rigOf = () => {
    const { recloser } = makeConnected([makeView('a')]);
    return recloser.breaker('a', options);
  };

  it.each(RESULTS)('that gives %s is a success, and its caller gets it', async (__, result) => {
    for (const fn of [() => result, async () => Promise.resolve(result)]) {
      const breaker = rigOf();
      const got = await breaker.protect(fn);
      expect(Object.is(got, result)).toBe(true);
      expect(breaker.stats()).toMatchObject({ ok: 1, calls: 1, inFlight: 0 });
    }
  });

  it.each(RESULTS)(
    'that fails with %s has failed, and its caller gets that or the fallback',
    async (__, error) => {
      const breaker = rigOf();
      const got: unknown = await breaker
        .protect(() => Promise.reject(error as Error))
        .catch((thrown: unknown) => thrown);
      expect(Object.is(got, error) || got === 'instead').toBe(true);
      expect(breaker.stats()).toMatchObject({ failures: 1, calls: 1, inFlight: 0 });
    },
  );
});
