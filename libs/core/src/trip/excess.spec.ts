import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSpan, isProven, noExcess } from './excess.js';

const K = 0.35;
const span = (calls: number, bad: number, ms = 250) => ({ at: 0, ms, calls, bad });

describe('an excess', () => {
  it('grows by what lies above the tolerated rate, and shrinks by what lies below', () => {
    const excess = noExcess();
    addSpan(excess, span(10, 10), K);
    expect(excess).toEqual({ excessMs: 162.5, startedAt: 0, observedMs: 250, calls: 10, bad: 10 });
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
