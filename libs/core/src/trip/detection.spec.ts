import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectionMs, loadNeeded, windowDetectionMs } from './detection.js';
import { DEFAULT_POLICY } from '../policy/policy.js';

const { fast, slow, minCalls } = DEFAULT_POLICY;

describe('detection', () => {
  // The table in docs/how-it-decides.md.
  it.each([
    [2, 15_719, null],
    [5, 14_352, null],
    [10, 1_802, null],
    [20, 1_684, 1_901],
    [50, 1_580, 1_827],
    [100, 1_527, 1_790],
    [200, 1_490, 1_764],
    [1_000, 1_440, 1_750],
    [10_000, 1_413, 1_750],
  ])('at %i calls/s takes %i ms, %s when calls hang', (load, errors, hang) => {
    expect(Math.round(detectionMs(DEFAULT_POLICY, load)!)).toBe(errors);
    const hanging = windowDetectionMs(fast, minCalls, load, 1_000);
    expect(hanging === null ? null : Math.round(hanging)).toBe(hang);
  });

  it('never comes where there is too little to see', () => {
    expect(detectionMs(DEFAULT_POLICY, 0.5)).toBeNull();
    expect(windowDetectionMs(fast, minCalls, 9.9)).toBeNull();
    expect(windowDetectionMs(fast, minCalls, 1_000, 2_000)).toBeNull();
    expect(windowDetectionMs(fast, 1, 4)).toBeNull();
  });

  it('cannot be faster than the buckets that have to fail', () => {
    const hasty = { ...fast, failureRate: 0.05, minFailingBuckets: 8 };
    expect(windowDetectionMs(hasty, minCalls, 10_000)).toBe(1_750);
  });

  it('needs a load that is just enough', () => {
    expect(loadNeeded(fast, minCalls, 1_700)).toBeCloseTo(17.93, 2);
    expect(loadNeeded(fast, minCalls, 2_000)).toBe(10);
    expect(loadNeeded(fast, minCalls, 1_400)).toBeNull();
    expect(loadNeeded({ ...fast, minFailingBuckets: 8 }, minCalls, 1_700)).toBeNull();
    fc.assert(
      fc.property(
        fc.constantFrom(fast, slow),
        fc.double({ min: 0.75, max: 1, noNaN: true }),
        (window, share) => {
          const within = window.lengthMs * share;
          const load = loadNeeded(window, minCalls, within)!;
          expect(windowDetectionMs(window, minCalls, load * 1.000_001)).toBeLessThanOrEqual(
            within + 0.01,
          );
        },
      ),
    );
  });
});
