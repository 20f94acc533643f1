import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Distribution, Draws, Failures } from './draws.js';

/** Mean and variance of many draws. */
function momentsOf(draw: () => number, count = 40_000): readonly [mean: number, variance: number] {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < count; i += 1) {
    const value = draw();
    sum += value;
    squares += value * value;
  }
  return [sum / count, squares / count - (sum / count) ** 2];
}

describe('a distribution', () => {
  it('has the mean and the variance of its name', () => {
    const random = new Draws(1);
    for (const mean of [0.1, 1, 7.3, 100]) {
      const poisson = Distribution.poisson(mean);
      const [found, variance] = momentsOf(() => poisson.draw(random));
      expect(Math.abs(found - mean)).toBeLessThan(5 * Math.sqrt(mean / 40_000));
      expect(variance / mean).toBeGreaterThan(0.95);
      expect(variance / mean).toBeLessThan(1.05);
    }
    for (const [calls, share] of [
      [3, 0.3],
      [40, 0.01],
      [170, 0.75],
    ] as const) {
      const failures = new Failures(share);
      const [found, variance] = momentsOf(() => failures.of(calls, random));
      const exact = calls * share * (1 - share);
      expect(Math.abs(found - calls * share)).toBeLessThan(5 * Math.sqrt(exact / 40_000));
      expect(variance / exact).toBeGreaterThan(0.93);
      expect(variance / exact).toBeLessThan(1.07);
    }
  });

  it('draws nothing that cannot be', () => {
    const calls = fc.integer({ min: 1, max: 200 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(calls, share, fc.integer(), (made, failing, seed) => {
        const failed = new Failures(failing).of(made, new Draws(seed));
        expect(failed).toBeGreaterThanOrEqual(0);
        expect(failed).toBeLessThanOrEqual(made);
        expect(Number.isInteger(failed)).toBe(true);
      }),
    );
  });

  it('is drawn from as rarely as its tails are rare', () => {
    const poisson = Distribution.poisson(0.1);
    const random = new Draws(2);
    let [rare, draws] = [0, 2_000_000];
    for (; draws > 0; draws -= 1) if (poisson.draw(random) >= 4) rare += 1;
    // P(X ≥ 4) is 3.85e-6: 7.7 are expected.
    expect(rare).toBeGreaterThan(0);
    expect(rare).toBeLessThan(22);
  });
});
