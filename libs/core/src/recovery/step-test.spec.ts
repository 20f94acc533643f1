import { describe, expect, it } from 'vitest';
import { isAboveLimit } from './step-test.js';

const LIMIT = 0.1;

function lcg(seed: number): () => number {
  let x = seed >>> 0;
  return () => {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
    return x / 2 ** 32;
  };
}

/** Share of steps that fail when they are looked at after each of their calls. */
function failingShare(rate: number, calls: number, steps: number): number {
  const random = lcg(11);
  let failed = 0;
  for (let step = 0; step < steps; step += 1) {
    let failures = 0;
    for (let call = 1; call <= calls; call += 1) {
      if (random() < rate) failures += 1;
      if (!isAboveLimit(failures, call, LIMIT)) continue;
      failed += 1;
      break;
    }
  }
  return failed / steps;
}

describe('the test of a step', () => {
  it('fails at most 2.5% of the steps that are exactly at the limit, looked at after each call', () => {
    expect(failingShare(LIMIT, 2_000, 2_000)).toBeLessThanOrEqual(0.025);
  });

  it('fails nearly all steps at twice the limit, and at once those that are dead', () => {
    expect(failingShare(2 * LIMIT, 800, 1_000)).toBeGreaterThanOrEqual(0.95);
    expect(isAboveLimit(4, 4, LIMIT)).toBe(true);
    expect(isAboveLimit(2, 2, LIMIT)).toBe(false);
  });

  it.each([
    [0, 0],
    [0, 1_000],
    [100, 1_000],
  ])('never fails %i of %i', (failures, calls) => {
    expect(isAboveLimit(failures, calls, LIMIT)).toBe(false);
  });

  it('holds for limits of nothing and of all, and for large counts', () => {
    expect(isAboveLimit(1, 1, 0)).toBe(true);
    expect(isAboveLimit(50, 100, 1)).toBe(false);
    expect(isAboveLimit(900_000, 1_000_000, LIMIT)).toBe(true);
  });
});
