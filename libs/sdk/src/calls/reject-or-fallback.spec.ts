import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { isCircuitOpen } from '../errors.js';
import { type BreakerOptions } from '../options/options.js';
import { defer, makeConnected, makeDelta, makeView } from '../sdk.fake.js';
import { staleCache } from './stale-cache.js';

const OPEN = { state: 'open', admission: 0, version: 2 } as const;
const failed = new Error('failed');
const fail = (): Promise<never> => Promise.reject(failed);
const never = (): Promise<never> => new Promise(() => undefined);
const caught = (call: Promise<unknown>): Promise<unknown> => call.catch((e: unknown) => e);

function rigOf<F = never>(options: BreakerOptions<F>, view = makeView('a')) {
  const rig = makeConnected([view]);
  return { ...rig, breaker: rig.recloser.breaker('a', options) };
}

describe('coalescing', () => {
  const byId = { coalesce: (context?: { readonly id?: unknown }) => context?.['id'] as string };

  it('makes one call of those with the same key, counts it once, and then the next', async () => {
    const { breaker } = rigOf(byId);
    const gate = defer<object>();
    const fn = vi.fn(() => gate.promise);
    const ids = ['x', 'x', 'y', '\u{1F600}\uD800', '\u{1F600}\uD800', 'x'];
    const calls = ids.map((id) => breaker.protect(() => fn(), { id }));
    expect(fn).toHaveBeenCalledTimes(3);
    gate.resolve({});
    const [first, second] = await Promise.all(calls);
    expect(first).toBe(second);
    expect(breaker.stats()).toMatchObject({ ok: 3, coalesced: 3 });
    await breaker.protect(() => fn(), { id: 'x' });
    expect(fn).toHaveBeenCalledTimes(4);
  });

  it('shares a failure, and nothing when there is no key or the key function throws', async () => {
    const { breaker } = rigOf(byId);
    const fn = vi.fn(fail);
    const calls = ['x', 'x', undefined, 5].map((id) =>
      caught(breaker.protect(() => fn(), id === undefined ? undefined : { id })),
    );
    await expect(Promise.all(calls)).resolves.toEqual([failed, failed, failed, failed]);
    expect(fn).toHaveBeenCalledTimes(3);
    const coalesce = (): string => {
      throw new Error('mine');
    };
    const hostile = rigOf({ coalesce }).breaker;
    await expect(hostile.protect(() => 1)).resolves.toBe(1);
  });

  it('does not join a call that hangs', async () => {
    const { breaker, system } = rigOf({ coalesce: () => 'all', stallMs: 200 });
    void breaker.protect(never);
    await system.pass(250);
    await expect(breaker.protect(() => 'fresh')).resolves.toBe('fresh');
    // One that ends at last says nothing about the one that has taken its place.
    const [hanging, second] = [defer<string>(), defer<string>()];
    const late = breaker.protect(() => hanging.promise);
    await system.pass(250);
    const next = breaker.protect(() => second.promise);
    hanging.resolve('late');
    await late;
    const joined = breaker.protect(() => 'own');
    second.resolve('shared');
    await expect(Promise.all([next, joined])).resolves.toEqual(['shared', 'shared']);
  });
});

describe('the stale cache', () => {
  const cacheOf = (change = {}) =>
    staleCache({ key: (context) => context?.['id'] as string, ttlMs: 1_000, ...change });

  it('gives the last good result of the same key, and else the error', async () => {
    const { breaker, system } = rigOf({ fallback: cacheOf() });
    await breaker.protect(() => 'old', { id: 'x' });
    await breaker.protect(() => 'good', { id: 'x' });
    await expect(breaker.protect(fail, { id: 'x' })).resolves.toBe('good');
    await expect(breaker.protect(fail, { id: 'y' })).rejects.toBe(failed);
    system.socket.frame(makeDelta(1, [makeView('a', OPEN)]));
    await expect(breaker.protect(never, { id: 'x' })).resolves.toBe('good');
    expect(isCircuitOpen(await caught(breaker.protect(never, { id: 'y' })))).toBe(true);
    await system.pass(1_000);
    expect(isCircuitOpen(await caught(breaker.protect(never, { id: 'x' })))).toBe(true);
  });

  it('keeps undefined too, but no errors, and no more than may be', async () => {
    const cache = cacheOf({ maxEntries: 2 });
    const { breaker } = rigOf({ fallback: cache });
    for (const id of ['a', 'b', 'a', 'c']) await breaker.protect(() => undefined, { id });
    expect(cache.size).toBe(2);
    await expect(breaker.protect(fail, { id: 'a' })).resolves.toBeUndefined();
    await expect(breaker.protect(fail, { id: 'b' })).rejects.toBe(failed);
    await caught(breaker.protect(fail, { id: 'd' }));
    expect(cache.size).toBe(2);
  });
});

describe('what a call gives, with a fallback', () => {
  const { recloser } = makeConnected([makeView('a')]);
  const text = (): string => 'text';
  const key = (): string => 'x';

  it('has a type', async () => {
    const plain = await recloser.breaker('a', { timeoutMs: 5 }).protect(text);
    expectTypeOf(plain).toEqualTypeOf<string>();
    const value = await recloser.breaker('a', { fallback: 0 }).protect(text);
    expectTypeOf(value).toEqualTypeOf<string | number>();
    const made = await recloser
      .breaker('a', { fallback: () => Promise.resolve(null) })
      .protect(text);
    expectTypeOf(made).toEqualTypeOf<string | null>();
    // What is kept is what calls gave.
    const kept = await recloser.breaker('a', { fallback: staleCache({ key }) }).protect(text);
    expectTypeOf(kept).toEqualTypeOf<string>();
  });
});

describe('a fallback in a pipeline', () => {
  it('comes after the last attempt, once, and may throw', async () => {
    const mine = new Error('mine');
    const fallback = vi.fn((): string => {
      throw mine;
    });
    const { breaker, system } = rigOf({ fallback, retry: { maxRetries: 2 } });
    const call = caught(breaker.protect(fail));
    await system.pass(1_000);
    await expect(call).resolves.toBe(mine);
    expect(fallback.mock.calls).toEqual([[failed]]);
  });

  it.each([null, 0, '', false])('may be the value %j', async (fallback) => {
    await expect(rigOf({ fallback }).breaker.protect(fail)).resolves.toBe(fallback);
    const open = makeView('a', OPEN);
    await expect(rigOf({ fallback }, open).breaker.protect(fail)).resolves.toBe(fallback);
    const retried = rigOf({ fallback, maxConcurrent: 5 }, open).breaker;
    await expect(retried.protect(fail)).resolves.toBe(fallback);
  });
});
