import { ADMISSION_SIXTEENTH, type Context } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { CircuitOpenError } from '../errors.js';
import { makeConnected, makeRig, makeView } from '../sdk.fake.js';

const VIP_ONLY = makeView('a', {
  state: 'open',
  admission: 0,
  rules: [
    {
      id: 'vip',
      when: 'always',
      clauses: [{ attribute: 'plan', operator: 'in', values: ['vip'] }],
      effect: { kind: 'admit' },
    },
  ],
});
const ok = (): Promise<string> => Promise.resolve('ok');

describe('withContext', () => {
  it('is found by protect, allows, decide and acquire, also after an await', async () => {
    const { recloser } = makeConnected([VIP_ONLY]);
    const breaker = recloser.breaker('a');
    expect(breaker.allows()).toBe(false);
    await recloser.withContext({ plan: 'vip' }, async () => {
      await Promise.resolve();
      expect(breaker.allows()).toBe(true);
      expect(breaker.decide()).toMatchObject({ admitted: true, reason: 'rule', ruleId: 'vip' });
      breaker.acquire().success();
      await expect(breaker.protect(ok)).resolves.toBe('ok');
    });
    await expect(breaker.protect(ok)).rejects.toThrow(CircuitOpenError);
  });

  it('gives each flow its own', async () => {
    const half = makeView('a', { state: 'ramping', admission: ADMISSION_SIXTEENTH * 8 });
    const breaker = makeConnected([half]);
    const a = breaker.recloser.breaker('a');
    const seen = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        breaker.recloser.withContext({ accountId: `u${i}` }, async () => {
          await Promise.resolve();
          return a.decide().bucket === a.decide({ accountId: `u${i}` }).bucket;
        }),
      ),
    );
    expect(seen).toEqual(seen.map(() => true));
  });

  it('lets the inner context win over the outer, and a call’s own over both', () => {
    const { recloser } = makeConnected([VIP_ONLY]);
    const breaker = recloser.breaker('a');
    recloser.withContext({ plan: 'vip', accountId: 'ada' }, () => {
      expect(breaker.allows({ accountId: 'bob' })).toBe(true);
      expect(breaker.allows({ plan: 'free' })).toBe(false);
      recloser.withContext({ plan: 'free' }, () => {
        expect(breaker.allows()).toBe(false);
        expect(breaker.allows({ plan: 'vip' })).toBe(true);
      });
    });
  });

  it('returns what the function returns, throws what it throws, and ends with it', () => {
    const { recloser } = makeConnected([VIP_ONLY]);
    expect(recloser.withContext({ plan: 'vip' }, () => 7)).toBe(7);
    const boom = new Error('boom');
    expect(() =>
      recloser.withContext({ plan: 'vip' }, () => {
        throw boom;
      }),
    ).toThrow(boom);
    expect(recloser.breaker('a').allows()).toBe(false);
  });

  it('is passed over where it cannot be read, and the call is not', async () => {
    const { recloser } = makeConnected([VIP_ONLY]);
    const hostile = Object.defineProperty({}, 'plan', {
      enumerable: true,
      get: () => {
        throw new Error('hostile');
      },
    }) as Context;
    const breaker = recloser.breaker('a');
    await recloser.withContext({ plan: 'vip' }, async () => {
      await expect(breaker.protect(ok, hostile)).resolves.toBe('ok');
      await expect(recloser.withContext(hostile, () => breaker.protect(ok))).resolves.toBe('ok');
    });
  });

  it('belongs to one SDK', () => {
    const { recloser } = makeConnected([VIP_ONLY]);
    const other = makeConnected([VIP_ONLY]).recloser.breaker('a');
    expect(recloser.withContext({ plan: 'vip' }, () => other.allows())).toBe(false);
  });
});

describe('stats of all breakers', () => {
  it('has one entry for each that is used', async () => {
    const { recloser } = makeRig();
    await recloser.breaker('a').protect(ok);
    recloser.breaker('b');
    expect(recloser.stats().map(({ breaker, ok }) => [breaker, ok])).toEqual([
      ['a', 1],
      ['b', 0],
    ]);
  });

  it('has latencies as a histogram whose parts add up', async () => {
    const { system, recloser } = makeRig();
    const breaker = recloser.breaker('a');
    for (const ms of [3, 3, 40, 0]) {
      const permit = breaker.acquire();
      system.block(1);
      permit.success(ms);
    }
    const { latency } = breaker.stats();
    expect(latency.sum).toBe(46);
    expect(latency.buckets.map(([, samples]) => samples)).toEqual([1, 2, 1]);
    for (const [index, ms] of [0, 3, 40].entries()) {
      const limit = latency.buckets[index]?.[0] ?? NaN;
      expect(limit).toBeGreaterThanOrEqual(ms);
      expect(limit).toBeLessThan(Math.max(0.002, ms * 1.1));
    }
  });
});
