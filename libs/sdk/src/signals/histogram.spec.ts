import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from './histogram.js';

describe('Histogram', () => {
  it('is at most 9.1% above the true percentile', () => {
    const ms = fc.double({ min: 0.002, max: 60_000, noNaN: true });
    fc.assert(
      fc.property(fc.array(ms, { minLength: 1, maxLength: 200 }), (values) => {
        const histogram = new Histogram();
        for (const value of values) histogram.add(value);
        const sorted = values.toSorted((a, b) => a - b);
        for (const share of [0.5, 0.95, 0.99]) {
          const exact = sorted[Math.ceil(sorted.length * share) - 1]!;
          const found = histogram.percentile(share)!;
          expect(found).toBeGreaterThanOrEqual(exact * 0.999999);
          expect(found).toBeLessThanOrEqual(exact * 1.091);
        }
      }),
    );
    expect(new Histogram().percentile(0.5)).toBeNull();
  });
});
