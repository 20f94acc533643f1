import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type BreakerOptions } from '../options/options.js';
import { defer, makeConnected, makeView, settle } from '../sdk.fake.js';
import { staleCache } from './stale-cache.js';

const failing = (): Response => new Response('x'.repeat(100), { status: 503 });
const isFreed = async (response: Response): Promise<boolean> => {
  await settle();
  return (await response.body!.getReader().read()).done;
};
function rigOf<F>(options: BreakerOptions<F>) {
  const rig = makeConnected([makeView('a')]);
  return { ...rig, breaker: rig.recloser.breaker('a', options) };
}

describe('the body of a failed response', () => {
  it.each<[string, BreakerOptions<unknown>]>([
    ['a value', { fallback: 'instead' }],
    ['a function', { fallback: () => 'instead' }],
    ['a promise', { fallback: () => Promise.resolve('instead') }],
    ['a function that throws', { fallback: () => Promise.reject(new Error('x')) }],
    ['a function, with a timeout', { fallback: () => 'instead', timeoutMs: 100 }],
    ['a function, through the pipeline', { fallback: () => 'instead', maxConcurrent: 2 }],
  ])('is freed when %s stands in', async (_, options) => {
    const { breaker } = rigOf(options);
    const response = failing();
    await breaker.protect(() => response).catch(() => undefined);
    await expect(isFreed(response)).resolves.toBe(true);
    const inError = failing();
    const error = Object.assign(new Error('x'), { response: inError });
    await breaker.protect(() => Promise.reject(error)).catch(() => undefined);
    await expect(isFreed(inError)).resolves.toBe(true);
  });

  it('is freed when a stale result stands in', async () => {
    const { breaker } = rigOf({ fallback: staleCache({ key: () => 'k' }) as never });
    await breaker.protect(() => 'good');
    const response = failing();
    await expect(breaker.protect<unknown>(() => response)).resolves.toBe('good');
    await expect(isFreed(response)).resolves.toBe(true);
  });

  it('can be read by the fallback, and be given by it', async () => {
    const text = rigOf({ fallback: (failed: unknown) => (failed as Response).text() });
    await expect(text.breaker.protect<unknown>(failing)).resolves.toBe('x'.repeat(100));
    const itself = rigOf({ fallback: (failed: unknown) => failed });
    const given = (await itself.breaker.protect<unknown>(failing)) as Response;
    await expect(given.text()).resolves.toHaveLength(100);
    const wrapped = rigOf({
      fallback: (failed: unknown) => new Response((failed as Response).body),
    });
    const other = (await wrapped.breaker.protect<unknown>(failing)) as Response;
    await expect(other.text()).resolves.toHaveLength(100);
  });

  it('is left alone without a fallback', async () => {
    const { breaker } = rigOf<never>({});
    await expect((await breaker.protect(failing)).text()).resolves.toHaveLength(100);
  });

  it('is freed before the next attempt, and when its caller leaves meanwhile', async () => {
    const { breaker, system } = rigOf<never>({ retry: { maxRetries: 1, baseMs: 100 } });
    const first = failing();
    const answers = [first, new Response('ok')];
    const call = breaker.protect(() => answers.shift() ?? failing());
    await system.pass(200);
    await expect((await call).text()).resolves.toBe('ok');
    await expect(isFreed(first)).resolves.toBe(true);
    const response = failing();
    const caller = new AbortController();
    const left = breaker.protect(() => response, undefined, { signal: caller.signal });
    await settle();
    caller.abort('left');
    await expect(left).rejects.toBe('left');
    await expect(isFreed(response)).resolves.toBe(true);
  });

  it('is freed when it comes after the timeout', async () => {
    const { breaker, system } = rigOf({ timeoutMs: 100 });
    const late = defer<Response>();
    const call = breaker.protect(() => late.promise).catch(() => undefined);
    await system.pass(150);
    await call;
    const response = new Response('late');
    late.resolve(response);
    await expect(isFreed(response)).resolves.toBe(true);
  });

  it('may be a Node stream: what is not all there is destroyed, what is read is left alone', async () => {
    const { breaker } = rigOf({ fallback: 'instead' });
    const data = Readable.from(['x']);
    await breaker.protect(() =>
      Promise.reject(Object.assign(new Error('x'), { response: { data } })),
    );
    expect(data.destroyed).toBe(true);
    const whole = Object.assign(Readable.from(['x']), { complete: true });
    await breaker.protect(() => ({ statusCode: 503, headers: {}, body: whole }));
    expect(whole.readableFlowing).toBe(true);
    const busy = Readable.from(['x', 'y']);
    busy.once('data', () => busy.pause());
    await settle();
    await new Promise((resolve) => setImmediate(resolve));
    await breaker.protect(() => ({ statusCode: 503, headers: {}, body: busy }));
    expect(busy.destroyed).toBe(false);
  });

  it.each([
    { body: { getReader: 1 } },
    {
      body: {
        getReader: 1,
        cancel: () => {
          throw new Error('x');
        },
      },
    },
    { body: 'text' },
    Object.defineProperty({}, 'body', {
      get: () => {
        throw new Error('x');
      },
    }),
  ])('harms nobody when it is none', async (fields) => {
    const { breaker } = rigOf({ fallback: 'instead' });
    const error: unknown = Object.assign(Object.create(fields) as object, { status: 503 });
    await expect(breaker.protect(() => Promise.reject(error as Error))).resolves.toBe('instead');
  });
});
