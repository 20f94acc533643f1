import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rateNeeded, wilsonLower, wilsonUpper } from './wilson.js';

const sample = fc
  .integer({ min: 1, max: 100_000 })
  .chain((calls) => fc.tuple(fc.integer({ min: 0, max: calls }), fc.constant(calls)));

describe('Wilson bounds', () => {
  // Worked out apart from this code, with 40 decimal digits.
  it.each([
    [0, 10, 0, 0.2775],
    [1, 1, 0.2065, 1],
    [5, 10, 0.2366, 0.7634],
    [9, 10, 0.5958, 0.9821],
    [412, 431, 0.932, 0.9716],
  ])('of %i in %i', (hits, calls, lower, upper) => {
    expect(wilsonLower(hits, calls)).toBeCloseTo(lower, 3);
    expect(wilsonUpper(hits, calls)).toBeCloseTo(upper, 3);
  });

  it('know nothing without calls: unknown is neither failing nor healthy', () => {
    expect(wilsonLower(0, 0)).toBe(0);
    expect(wilsonUpper(0, 0)).toBe(1);
  });

  it('enclose the rate, stay in 0…1 and tighten with more calls', () => {
    fc.assert(
      fc.property(sample, ([hits, calls]) => {
        const [lower, upper] = [wilsonLower(hits, calls), wilsonUpper(hits, calls)];
        expect(lower).toBeGreaterThanOrEqual(0);
        expect(upper).toBeLessThanOrEqual(1);
        expect(lower).toBeLessThanOrEqual(hits / calls + 1e-12);
        expect(upper).toBeGreaterThanOrEqual(hits / calls - 1e-12);
        expect(wilsonLower(hits * 2, calls * 2)).toBeGreaterThanOrEqual(lower - 1e-12);
      }),
    );
  });

  it('reach a threshold exactly from the rate that rateNeeded says', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        fc.integer({ min: 20, max: 10_000 }),
        (threshold, calls) => {
          const rate = rateNeeded(threshold, calls);
          fc.pre(rate < 0.999);
          expect(wilsonLower((rate + 1e-6) * calls, calls)).toBeGreaterThanOrEqual(
            threshold - 1e-9,
          );
          expect(wilsonLower((rate - 1e-6) * calls, calls)).toBeLessThan(threshold + 1e-9);
        },
      ),
    );
  });
});
