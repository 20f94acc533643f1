import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  LATENCY_BINS,
  latencyBinOf,
  latencyLimitOf,
  LatencySum,
  type LatencyBins,
} from './latency.js';

const binsOf = (values: readonly number[]): LatencyBins =>
  values.flatMap((ms) => [latencyBinOf(ms), 1]);

function sumOf(...lists: LatencyBins[]): LatencySum {
  const sum = new LatencySum();
  for (const bins of lists) sum.add(bins);
  return sum;
}

const latencies = fc.array(fc.double({ min: 0.002, max: 100_000, noNaN: true }), {
  minLength: 1,
  maxLength: 200,
});

describe('latency bins', () => {
  it('reach from a microsecond to two minutes, whatever they are asked', () => {
    expect([-1, 0, 0.001].map(latencyBinOf)).toEqual([0, 0, 0]);
    expect([110_000, 1e9, Infinity].map(latencyBinOf)).toEqual([214, 215, 215]);
    expect(latencyLimitOf(LATENCY_BINS - 1)).toBeGreaterThan(120_000);
  });

  it('hold what lies at or below their limit, and at most 9.1% below', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 120_000, noNaN: true }), (ms) => {
        const limit = latencyLimitOf(latencyBinOf(ms));
        expect(limit).toBeGreaterThanOrEqual(ms * 0.999999);
        expect(limit).toBeLessThanOrEqual(ms * 1.0906);
      }),
    );
  });
});

describe('LatencySum', () => {
  it('has figures that are at most 9.1% above those of all values together, however they came', () => {
    fc.assert(
      fc.property(latencies, latencies, (a, b) => {
        const sorted = [...a, ...b].toSorted((x, y) => x - y);
        const figures = sumOf(binsOf(a), binsOf(b)).figures()!;
        expect(sumOf(binsOf([...b, ...a])).figures()).toEqual(figures);
        expect(figures.samples).toBe(sorted.length);
        for (const [share, found] of [
          [0.5, figures.p50],
          [0.95, figures.p95],
          [0.99, figures.p99],
          [1, figures.max],
        ] as const) {
          const exact = sorted[Math.ceil(sorted.length * share) - 1]!;
          expect(found).toBeGreaterThanOrEqual(exact * 0.999999);
          expect(found).toBeLessThanOrEqual(exact * 1.0906);
        }
      }),
    );
  });

  it('is not the average of percentiles', () => {
    const [fast, slow] = [binsOf(Array<number>(99).fill(1)), binsOf([1_000])];
    const figures = sumOf(fast, slow).figures()!;
    expect(figures.p50).toBeCloseTo(1, 0);
    expect(figures.p99).toBeCloseTo(1, 0);
    expect(figures.max).toBeGreaterThanOrEqual(1_000);
  });

  it('lists each bin once, ascending, and can be read back', () => {
    const sum = sumOf([7, 2, 3, 1], [7, 5]);
    expect(sum.bins).toEqual([3, 1, 7, 7]);
    expect(sumOf(sum.bins).figures()).toEqual(sum.figures());
  });

  it('takes whatever it is given and stays in bounds', () => {
    const nonsense = [LATENCY_BINS, 1, -1, 1, 0.5, 1, 3, -4, 3, Number.NaN, 5, 1e300, 5, 1e300, 9];
    const sum = sumOf(nonsense);
    expect(sum.bins).toEqual([5, 2 ** 32 - 1]);
    expect(sumOf([]).figures()).toBeNull();
  });
});
