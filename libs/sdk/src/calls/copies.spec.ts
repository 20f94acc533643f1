import { describe, expect, it, vi } from 'vitest';
import { demandRecloser } from '../brand.js';
import { protectFetch } from '../integrations/fetch/protect-fetch.js';
import { recloserContext } from '../integrations/express/context.js';
import { Recloser } from '../recloser.js';
import { FakeSystem } from '../sdk.fake.js';
import { staleCache, StaleCache } from './stale-cache.js';

/** As a second copy of the package in the same process: with classes of its own. */
async function otherCopy() {
  vi.resetModules();
  const [sdk, cache] = await Promise.all([import('../recloser.js'), import('./stale-cache.js')]);
  return { ...sdk, ...cache };
}

describe('another copy of the package', () => {
  it('gives an SDK that adapters take', async () => {
    const other = await otherCopy();
    const theirs = new other.Recloser({ connect: false }, new FakeSystem());
    expect(theirs).not.toBeInstanceOf(Recloser);
    expect(() => demandRecloser(theirs)).not.toThrow();
    const send = protectFetch(theirs, { breaker: 'data' });
    await (await send('data:text/plain,hi')).text();
    expect(theirs.stats()).toMatchObject([{ breaker: 'data', ok: 1 }]);
  });

  it('gives a stale cache that is one', async () => {
    const other = await otherCopy();
    const fallback = other.staleCache({ key: () => 'k' });
    expect(fallback).not.toBeInstanceOf(StaleCache);
    const breaker = new Recloser({ connect: false }, new FakeSystem()).breaker('a', { fallback });
    await expect(breaker.protect(() => 'fresh')).resolves.toBe('fresh');
    const failed = new Error('x');
    await expect(breaker.protect<string>(() => Promise.reject(failed))).resolves.toBe('fresh');
    const empty = new Recloser({ connect: false }, new FakeSystem()).breaker('a', {
      fallback: staleCache({ key: () => 'k' }),
    });
    await expect(empty.protect(() => Promise.reject(failed))).rejects.toBe(failed);
  });

  it.each([undefined, null, {}, { breaker: () => undefined }, Recloser])(
    'that is too old, or no SDK (%o), is refused loudly',
    (value) => {
      const given = value as never;
      expect(() => protectFetch(given)).toThrow('npm ls @recloser/sdk');
      expect(() => recloserContext(given, () => ({}))).toThrow('npm ls @recloser/sdk');
    },
  );
});

describe('drop', () => {
  it('forgets a breaker, and lets through whoever has it still', async () => {
    const recloser = new Recloser({ connect: false, force: { a: 'open' } }, new FakeSystem());
    const before = recloser.breaker('a');
    expect(before.allows()).toBe(false);
    expect(recloser.drop('a')).toBe(true);
    expect(recloser.drop('a')).toBe(false);
    expect(recloser.stats()).toEqual([]);
    await expect(before.protect(() => 1)).resolves.toBe(1);
    expect(recloser.breaker('a')).not.toBe(before);
    expect(recloser.breaker('a').allows()).toBe(false);
    expect(recloser.breaker('a').stats().calls).toBe(0);
  });
});
