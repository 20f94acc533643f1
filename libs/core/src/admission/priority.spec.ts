import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeView, SALT } from '../model/admission.fake.js';
import { ADMISSION_ALL } from '../model/admission.js';
import { cohortBucket } from './cohort.js';
import { compileBreaker, decideAdmission, verdictOf } from './decision.js';
import golden from './priority.golden.json' with { type: 'json' };
import { placeByPriority, PRIORITIES } from './priority.js';

const place = fc.integer({ min: 0, max: ADMISSION_ALL - 1 });

describe('placeByPriority', () => {
  it('keeps each priority in its order and within 0…2³²−1', () => {
    fc.assert(
      fc.property(place, place, fc.constantFrom(...PRIORITIES), (a, b, priority) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((one) =>
          placeByPriority(one, priority),
        );
        expect(low).toBeLessThanOrEqual(high!);
        expect(high).toBeLessThan(ADMISSION_ALL);
        expect(low).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('lets critical callers in before all others, and batch callers last', () => {
    fc.assert(
      fc.property(place, (bucket) => {
        const [critical, usual, batch] = PRIORITIES.map((one) => placeByPriority(bucket, one));
        expect(critical).toBeLessThanOrEqual(usual!);
        expect(usual).toBeLessThanOrEqual(batch!);
      }),
    );
  });

  it.each([undefined, null, 'urgent', 'CRITICAL', 1, true])(
    'takes %s as the default',
    (priority) => {
      expect(placeByPriority(12_345, priority)).toBe(12_345);
    },
  );

  it.each([
    [1 / 16, 0.25, 1 / 16, 0],
    [0.25, 1, 0.25, 0],
    [0.5, 1, 0.5, 0],
    [0.75, 1, 0.75, 0.5],
    [1, 1, 1, 1],
  ])('at %f it lets in %f, %f and %f of them', (share, ...expected) => {
    const buckets = Array.from({ length: 4_096 }, (_, index) => index * 2 ** 20);
    const seen = PRIORITIES.map(
      (priority) =>
        buckets.filter((bucket) => placeByPriority(bucket, priority) < share * ADMISSION_ALL)
          .length / buckets.length,
    );
    expect(seen).toEqual(expected);
  });
});

describe('a call with a priority', () => {
  const at = (percent: number) =>
    compileBreaker(
      makeView({ state: 'ramping', admission: Math.round((percent / 100) * ADMISSION_ALL) }),
    );
  const accounts = Array.from({ length: 2_000 }, (_, index) => `acct_${index}`);
  const inAt = (percent: number, priority: string) =>
    accounts.filter((accountId) => decideAdmission(at(percent), { accountId, priority }).admitted);

  it('is let in by it, the same accounts on every instance and at every later step', () => {
    for (const priority of PRIORITIES) {
      const steps = [6.25, 12.5, 25, 50, 75].map((percent) => inAt(percent, priority));
      for (const [index, now] of steps.entries()) {
        const before = new Set(steps[index - 1] ?? []);
        expect(now.filter((one) => before.has(one))).toHaveLength(before.size);
      }
    }
    expect(inAt(25, 'critical')).toHaveLength(accounts.length);
    expect(inAt(50, 'batch')).toEqual([]);
    expect(inAt(6.25, 'default')).toEqual(
      accounts.filter((key) => cohortBucket(SALT, key) < 2 ** 28),
    );
  });

  it('has the instance’s own priority where the call names none', () => {
    const view = makeView({ state: 'dimmed', admission: 2 ** 31 });
    const batch = compileBreaker(view, { priority: 'batch' });
    const admitted = accounts.filter((accountId) => verdictOf(batch, { accountId }) !== 0);
    expect(admitted).toEqual([]);
    expect(verdictOf(batch, { accountId: 'acct_1', priority: 'critical' })).toBe(1);
  });

  it('counts without a key, too, and not while everybody or nobody passes', () => {
    const half = compileBreaker(makeView({ state: 'dimmed', admission: 2 ** 31 }));
    expect(verdictOf(half, { priority: 'critical' }, ADMISSION_ALL - 1)).toBe(1);
    expect(verdictOf(half, { priority: 'batch' }, 0)).toBe(0);
    const closed = compileBreaker(makeView());
    expect(verdictOf(closed, { accountId: 'x', priority: 'batch' })).toBe(1);
    const open = compileBreaker(makeView({ state: 'open', admission: 0 }));
    expect(verdictOf(open, { accountId: 'x', priority: 'critical' })).toBe(0);
  });

  it.each(golden.places)(
    '$priority $cohort $salt $key',
    ({ salt, key, cohort, priority, bucket }) => {
      const view = makeView({ state: 'ramping', admission: 2 ** 28, salt });
      const compiled = compileBreaker(cohort === 'suffix' ? { ...view, cohort: 'suffix' } : view);
      expect(decideAdmission(compiled, { accountId: key, priority }).bucket).toBe(bucket);
    },
  );
});
