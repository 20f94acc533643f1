import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY, mergePolicy } from './policy.js';
import type { Policy } from '../model/model.js';
import { validatePolicy } from './policy-validation.js';
import { upgradePolicy } from './upgrade-policy.js';

const FAST = { lengthMs: 2_000, failureRate: 0.7, slowRate: null, minFailingBuckets: 4 };
const SLOW = { lengthMs: 30_000, failureRate: 0.4, slowRate: null, minFailingBuckets: 1 };
const { trip: _trip, ...rest } = DEFAULT_POLICY;
const old = (more: object = {}) => ({
  ...rest,
  fast: FAST,
  slow: SLOW,
  minCalls: 20,
  recovery: { ...rest.recovery, coolDownMs: 3_000, coolDownMaxMs: 30_000 },
  ...more,
});

describe('a policy of an earlier version', () => {
  it('becomes the default where nobody had changed it', () => {
    expect(upgradePolicy(old())).toEqual(DEFAULT_POLICY);
    expect(upgradePolicy({ fast: {}, slow: undefined })).toEqual({ trip: DEFAULT_POLICY.trip });
  });

  it('keeps what somebody had changed: both windows are points of one line', () => {
    const fast = { ...FAST, failureRate: 0.5, slowRate: 0.8 };
    const slow = { ...SLOW, failureRate: 0.2 };
    const recovery = { ...rest.recovery, coolDownMs: 5_000, coolDownMaxMs: 30_000 };
    const upgraded = upgradePolicy(old({ fast, slow, minCalls: 50, recovery })) as Policy;
    const { toleratedRate, excessMs } = upgraded.trip;
    expect(toleratedRate).toBeCloseTo(0.1786, 4);
    expect((0.5 - toleratedRate) * 2_000).toBeCloseTo(excessMs, 0);
    expect((0.2 - toleratedRate) * 30_000).toBeCloseTo(excessMs, 0);
    expect(upgraded).toMatchObject({
      trip: { toleratedSlowRate: 0.8 },
      minCalls: 50,
      recovery: { coolDownMs: 5_000, coolDownMaxMs: 30_000 },
    });
  });

  it('can always be saved in what it says of opening', () => {
    const rate = fc.double({ min: 0.05, max: 0.99, noNaN: true });
    const length = fc.integer({ min: 2, max: 240 }).map((buckets) => buckets * 250);
    const window = fc.record({ lengthMs: length, failureRate: rate, slowRate: fc.option(rate) });
    fc.assert(
      fc.property(window, window, (fast, slow) => {
        const upgraded = upgradePolicy(old({ fast, slow })) as Policy;
        const problems = validatePolicy(
          mergePolicy(upgraded, { recovery: { recoveryRate: 0 } }),
        ).filter(({ path }) => path.startsWith('trip.'));
        expect(problems).toEqual([]);
      }),
    );
  });

  it('is anything else as it was', () => {
    for (const given of [DEFAULT_POLICY, null, 5, 'x', [], {}, { minCalls: 20 }]) {
      expect(upgradePolicy(given)).toBe(given);
    }
    const both = { ...old(), trip: DEFAULT_POLICY.trip };
    expect(upgradePolicy(both)).toBe(both);
  });
});
