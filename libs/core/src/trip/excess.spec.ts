import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSpan, isProven, knownMs, noExcess } from './excess.js';

const K = 0.35;
const span = (calls: number, bad: number, ms = 250) => ({ at: 0, ms, calls, bad });

describe('an excess', () => {
  it('grows by what lies above the tolerated rate, and shrinks by what lies below', () => {
    const excess = noExcess();
    addSpan(excess, span(10, 10), K);
    const counted = { startedAt: 0, observedMs: 250, calls: 10, bad: 10 };
    expect(excess).toMatchObject({ excessMs: 162.5, ...counted });
    addSpan(excess, span(10, 0), K);
    expect(excess.excessMs).toBeCloseTo(75, 9);
    addSpan(excess, span(10, 0), K);
    expect(excess).toEqual(noExcess());
  });

  it('is left as it is by a time without calls', () => {
    const excess = noExcess();
    addSpan(excess, span(4, 4), K);
    const before = { ...excess };
    for (let i = 0; i < 1_000; i += 1) addSpan(excess, span(0, 0), K);
    expect(excess).toEqual(before);
  });

  it('is never negative, and never more than the time that was seen', () => {
    const calls = fc.integer({ min: 0, max: 50 }).chain((n) => fc.tuple(fc.constant(n), fc.nat(n)));
    fc.assert(
      fc.property(fc.array(calls, { maxLength: 200 }), (spans) => {
        const excess = noExcess();
        for (const [n, bad] of spans) {
          addSpan(excess, span(n, bad), K);
          expect(excess.excessMs).toBeGreaterThanOrEqual(0);
          expect(excess.excessMs).toBeLessThanOrEqual(excess.observedMs * (1 - K) + 1e-6);
          expect(excess.startedAt === null).toBe(excess.excessMs === 0);
        }
      }),
    );
  });
});

describe('what is known of an excess', () => {
  const excessOf = (...spans: readonly (readonly [calls: number, bad: number])[]) => {
    const excess = noExcess();
    for (const [calls, bad] of spans) addSpan(excess, span(calls, bad), K);
    return excess;
  };

  it('is less than a blip of 1 s fills and one failure after it, whose bucket has told nothing else yet', () => {
    for (let calls = 1; calls <= 20; calls += 1) {
      // It began and ended inside a bucket, and by chance no good call was made in those two.
      const blip = Array.from({ length: 5 }, () => [calls, calls] as const);
      expect(knownMs(excessOf(...blip, [1, 1]))).toBeLessThan(950);
    }
  });

  it('leaves n/(n + 1) of the first and of the last span with n failures, and all of those between', () => {
    expect(knownMs(excessOf([4, 4]))).toBeCloseTo(250 * (4 / 5 - K), 9);
    const three = knownMs(excessOf([4, 4], [4, 4], [9, 9]));
    expect(three).toBeCloseTo(250 * (4 / 5 - K) + 250 * (1 - K) + 250 * (9 / 10 - K), 9);
  });

  it('is all but 2% of it at 200 calls/s', () => {
    const excess = excessOf(...Array.from({ length: 6 }, () => [50, 50] as const));
    expect(knownMs(excess)).toBeGreaterThan(0.98 * excess.excessMs);
  });
});

describe('proof', () => {
  it.each([1, 2, 3, 12, 20, 1_000])('is %i bad calls in a row, not one fewer', (minCalls) => {
    expect(isProven({ calls: minCalls, bad: minCalls }, K, minCalls)).toBe(true);
    expect(isProven({ calls: minCalls - 1, bad: minCalls - 1 }, K, minCalls)).toBe(false);
  });

  it.each([
    [0, 0],
    [100, 35],
    [1_000_000, 350_000],
    [100, 0],
  ])('is never had from %i calls of which %i are bad', (calls, bad) => {
    expect(isProven({ calls, bad }, K, 1)).toBe(false);
  });

  it('comes at most once in e^(minCalls · ln 1/k) calls at the tolerated rate', () => {
    // 2,000 runs of 400 calls each at exactly the tolerated rate, looked at after every call.
    let [seed, proofs] = [7, 0];
    const random = (): number => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed / 2 ** 32;
    };
    for (let run = 0; run < 2_000; run += 1) {
      let excess = noExcess();
      for (let call = 0; call < 400; call += 1) {
        addSpan(excess, span(1, random() < K ? 1 : 0), K);
        if (!isProven(excess, K, 12)) continue;
        proofs += 1;
        excess = noExcess();
      }
    }
    expect(proofs).toBeLessThanOrEqual(800_000 / Math.exp(12 * -Math.log(K)));
  });
});
