import { describe, expect, it } from 'vitest';
import { mergePoints, stepFor } from './points.js';

const point = (at: number, ok: number, failures = 0) => ({
  at,
  ok,
  failures,
  rejected: 0,
  slow: 0,
  timeouts: 0,
  stalled: 0,
  throttled: 0,
  localLag: 0,
});

describe('stepFor', () => {
  it('takes the finest step that stays readable', () => {
    expect(stepFor(0, 5 * 60_000, null)).toBe(1_000);
    expect(stepFor(0, 15 * 60_000, null)).toBe(10_000);
    expect(stepFor(0, 24 * 3_600_000, null)).toBe(300_000);
    expect(stepFor(0, 365 * 24 * 3_600_000, null)).toBe(3_600_000);
  });

  it('takes the one asked for, within reason', () => {
    expect(stepFor(0, 60_000, 5)).toBe(5_000);
    expect(() => stepFor(0, 30 * 24 * 3_600_000, 1)).toThrow(
      expect.objectContaining({ code: 'invalid_time' }),
    );
  });
});

describe('mergePoints', () => {
  it('adds stored and live sums of the same step and sorts them', () => {
    const stored = [point(10_000, 5), point(0, 1)];
    const live = [point(12_000, 2, 1), point(20_000, 3)];
    expect(mergePoints(stored, live, 10_000)).toEqual([
      point(0, 1),
      point(10_000, 7, 1),
      point(20_000, 3),
    ]);
  });
});
