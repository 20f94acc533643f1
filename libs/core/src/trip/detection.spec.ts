import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY, mergePolicy } from '../policy/policy.js';
import { detectionMs, longestBlipMs } from './detection.js';

describe('detection', () => {
  // The table in docs/how-it-decides.md.
  it.each([
    [1, 1_477, 1_590, 6_001],
    [0.9, 1_743, 1_864, 9_503],
    [0.75, 2_393, 2_531, 18_932],
    [0.7, 2_734, 2_881, 24_874],
    [0.6, 3_824, 4_876, 48_757],
    [0.5, 6_366, 13_358, null],
    [0.45, 9_544, 29_696, null],
    [0.4, 19_078, 116_930, null],
    [0.36, null, null, null],
    [0.35, null, null, null],
  ])('of a share of %d takes %s ms at 200 calls/s, %s at 20, %s at 2', (rate, ...times) => {
    const taken = [200, 20, 2].map((load) => {
      const ms = detectionMs(DEFAULT_POLICY, rate, load);
      return ms === null ? null : Math.round(ms);
    });
    expect(taken).toEqual(times);
  });

  it('comes later by the stall where calls hang', () => {
    expect(detectionMs(DEFAULT_POLICY, 1, 200, 1_000)! - 1_000).toBeCloseTo(1_476.6, 1);
  });

  it('never sees a blip that is shorter than the excess needs', () => {
    expect(longestBlipMs(DEFAULT_POLICY)).toBeCloseTo(1_461.5, 1);
    const hasty = mergePolicy(DEFAULT_POLICY, { trip: { excessMs: 100, toleratedRate: 0.5 } });
    expect(longestBlipMs(hasty)).toBe(200);
  });
});
