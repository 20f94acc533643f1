import { addToWindow, BUCKET_MS, createWindow, sumWindow } from '@recloser/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SlidingWindowSums } from './sliding-window-sums.js';

const WINDOWS = [8, 120];
const LONGEST_MS = 120 * BUCKET_MS;

describe('rolling sums', () => {
  it("equal the core's sliding window, late additions and idle gaps included", () => {
    const step = fc.record({
      gap: fc.oneof(fc.nat(3), fc.nat(15), fc.constantFrom(119, 120, 121, 5_000)),
      late: fc.oneof(fc.constant(0), fc.nat(130)),
      field: fc.nat(1),
      count: fc.nat(1_000),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const rolling = new SlidingWindowSums(WINDOWS, 2);
        const window = createWindow(LONGEST_MS, 2);
        let now = 1_000;
        for (const { gap, late, field, count } of steps) {
          now += gap;
          rolling.advance(now);
          const taken = rolling.add(now - late, field, count);
          expect(taken).toBe(late < 120);
          // The core places additions relative to its newest bucket.
          sumWindow(window, now * BUCKET_MS, LONGEST_MS, 0);
          addToWindow(window, (now - late) * BUCKET_MS, field, count);
          for (const [w, length] of WINDOWS.entries()) {
            for (const f of [0, 1]) {
              const expected = sumWindow(window, now * BUCKET_MS, length * BUCKET_MS, f);
              expect(rolling.sum(w, f)).toBe(expected);
            }
          }
        }
        rolling.advance(now + 120);
        expect(rolling.isEmpty()).toBe(true);
      }),
    );
  });

  it('start afresh when the clock was set back by more than they hold', () => {
    const rolling = new SlidingWindowSums(WINDOWS, 1);
    rolling.add(10_000, 0, 5);
    rolling.advance(9_990);
    expect(rolling.sum(0, 0)).toBe(5);
    rolling.advance(5_000);
    expect(rolling.sum(1, 0)).toBe(0);
    rolling.add(5_000, 0, 2);
    expect(rolling.sum(0, 0)).toBe(2);
  });

  it('stay exact when a bucket is full', () => {
    const rolling = new SlidingWindowSums([4], 1);
    for (let i = 0; i < 50; i += 1) rolling.add(100, 0, 100_000_000);
    expect(rolling.sum(0, 0)).toBe(2 ** 32 - 1);
    rolling.advance(104);
    expect(rolling.isEmpty()).toBe(true);
  });
});
