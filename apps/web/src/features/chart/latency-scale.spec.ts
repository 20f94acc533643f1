import { describe, expect, it } from 'vitest';
import { latencyRange, latencySplits, scaled, unscaled } from './latency-scale';

const rangeOf = (min: number, max: number) =>
  latencyRange(scaled(min), scaled(max)).map((place) => Number(unscaled(place).toPrecision(6)));
const linesOf = (low: number, high: number) =>
  latencySplits(Math.log10(low), Math.log10(high)).map((place) =>
    Number(unscaled(place).toPrecision(6)),
  );

describe('the scale of latencies', () => {
  it('goes from the step below to the step above', () => {
    expect(rangeOf(12, 180)).toEqual([10, 200]);
    expect(rangeOf(0.003, 0.004)).toEqual([0.002, 0.005]);
    expect(rangeOf(50, 50)).toEqual([50, 100]);
    expect(rangeOf(0.7, 123_000)).toEqual([0.5, 200_000]);
    expect(latencyRange(null, null)).toEqual([0, 3]);
  });

  it('has lines at 1, 2 and 5, or only at decades where those would be many', () => {
    expect(linesOf(10, 200)).toEqual([10, 20, 50, 100, 200]);
    expect(linesOf(0.5, 20_000)).toEqual([1, 10, 100, 1_000, 10_000]);
  });

  it('keeps what was not told apart', () => {
    expect(scaled(null)).toBeNull();
    expect(unscaled(scaled(1_000) ?? 0)).toBeCloseTo(1_000);
  });
});
