import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUCKET_MS } from '../model/model.js';
import {
  addToWindow,
  advanceWindow,
  clearWindow,
  countBuckets,
  createWindow,
  firstBucketStart,
  sumWindow,
  sumWindowInto,
} from './window.js';

const OK = 0;
const FAILED = 1;
/** Today, on a bucket's edge. */
const T = 1_760_000_000_000;

describe('sliding window', () => {
  it('sums the bucket of now and those before it, whole buckets only', () => {
    const window = createWindow(2_000, 2);
    for (let i = 0; i < 8; i += 1) addToWindow(window, T + i * BUCKET_MS, OK, 1);
    const now = T + 8 * BUCKET_MS - 1;
    expect(sumWindow(window, now, 2_000, OK)).toBe(8);
    expect(sumWindow(window, now, 1_000, OK)).toBe(4);
    expect(sumWindow(window, now, 250, OK)).toBe(1);
    expect(sumWindow(window, now, 60_000, OK)).toBe(8);
    expect(sumWindow(window, now + 1, 2_000, OK)).toBe(7);
  });

  it('forgets all in an idle gap of any length: 100 successes, an hour idle, 50 failures', () => {
    const window = createWindow(30_000, 2);
    for (let i = 0; i < 100; i += 1) addToWindow(window, T + i * 100, OK, 1);
    const later = T + 3_600_000;
    for (let i = 0; i < 50; i += 1) addToWindow(window, later + i * 10, FAILED, 1);
    const now = later + 500;
    expect(sumWindow(window, now, 30_000, OK)).toBe(0);
    expect(sumWindow(window, now, 30_000, FAILED)).toBe(50);
    expect(countBuckets(window, now, 30_000, FAILED)).toBe(2);
  });

  it.each([7, 8, 9, 15, 16, 17, 1_000])('is right after a gap of %i buckets', (gap) => {
    const window = createWindow(2_000, 1);
    for (let i = 0; i < 8; i += 1) addToWindow(window, T + i * BUCKET_MS, OK, 2 ** i);
    const now = T + (7 + gap) * BUCKET_MS;
    const expected = gap >= 8 ? 0 : 2 ** 7;
    expect(sumWindow(window, now, 2_000, OK)).toBe(expected);
  });

  it('places a late addition in its own bucket and drops one older than the ring', () => {
    const window = createWindow(2_000, 1);
    addToWindow(window, T, OK, 1);
    expect(addToWindow(window, T - 1_000, OK, 5)).toBe(true);
    expect(addToWindow(window, T - 1_750, OK, 7)).toBe(true);
    expect(addToWindow(window, T - 2_000, OK, 9)).toBe(false);
    expect(window.dropped).toBe(1);
    expect(sumWindow(window, T, 2_000, OK)).toBe(13);
    expect(sumWindow(window, T, 1_000, OK)).toBe(1);
    expect(firstBucketStart(window, T, 2_000, OK)).toBe(T - 1_750);
  });

  it('keeps its counts when the clock steps back a little', () => {
    const window = createWindow(2_000, 1);
    addToWindow(window, T, OK, 3);
    expect(sumWindow(window, T - 700, 2_000, OK)).toBe(3);
    addToWindow(window, T - 700, OK, 1);
    expect(sumWindow(window, T - 700, 2_000, OK)).toBe(4);
    expect(sumWindow(window, T, 250, OK)).toBe(3);
  });

  it.each([2_000, 3_600_000])(
    'starts afresh when the clock is set back by %i ms, out of the ring',
    (back) => {
      const window = createWindow(2_000, 1);
      addToWindow(window, T, OK, 3);
      const before = T - back;
      expect(sumWindow(window, before, 2_000, OK)).toBe(0);
      expect(addToWindow(window, before, OK, 2)).toBe(true);
      expect(sumWindow(window, before, 2_000, OK)).toBe(2);
      expect(window.dropped).toBe(0);
    },
  );

  it('works on a clock that starts at 0', () => {
    const window = createWindow(2_000, 1);
    addToWindow(window, 0, OK, 1);
    addToWindow(window, 300, OK, 1);
    expect(sumWindow(window, 300, 2_000, OK)).toBe(2);
    expect(firstBucketStart(window, 300, 2_000, OK)).toBe(0);
    expect(firstBucketStart(window, 5_000, 2_000, OK)).toBeNull();
  });

  it('sums all counters at once and empties', () => {
    const window = createWindow(1_000, 3);
    addToWindow(window, T, 0, 1);
    addToWindow(window, T + 250, 2, 4);
    expect(sumWindowInto(window, T + 250, 1_000, [10, 0, 0])).toEqual([11, 0, 4]);
    expect(countBuckets(window, T + 250, 1_000, 2)).toBe(1);
    clearWindow(window);
    expect(sumWindowInto(window, T + 250, 1_000, new Float64Array(3))).toEqual(new Float64Array(3));
  });

  it('never takes more memory', () => {
    const window = createWindow(30_000, 2);
    const { data } = window;
    for (let i = 0; i < 10_000; i += 1) addToWindow(window, T + i * 1_337, OK, 1);
    advanceWindow(window, T + 1e9);
    expect(window.data).toBe(data);
    expect(data).toHaveLength(240);
  });

  it('agrees with a plain map of buckets on any forward clock with late additions', () => {
    const step = fc.record({
      gap: fc.oneof(fc.nat(600), fc.nat(20_000)),
      late: fc.nat(3_000),
      field: fc.nat(1),
      count: fc.nat(50),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(8), (steps, buckets) => {
        const window = createWindow(2_000, 2);
        const model = new Map<string, number>();
        let now = T;
        let newest = -Infinity;
        for (const { gap, late, field, count } of steps) {
          now += gap;
          const index = Math.floor((now - late) / BUCKET_MS);
          newest = Math.max(newest, index);
          const kept = addToWindow(window, now - late, field, count);
          expect(kept).toBe(newest - index < 8);
          if (kept) model.set(`${index}/${field}`, (model.get(`${index}/${field}`) ?? 0) + count);
        }
        const last = Math.floor(now / BUCKET_MS);
        for (const field of [OK, FAILED]) {
          let sum = 0;
          let failing = 0;
          for (let index = last - buckets + 1; index <= last; index += 1) {
            const value = model.get(`${index}/${field}`) ?? 0;
            sum += value;
            if (value > 0) failing += 1;
          }
          expect(sumWindow(window, now, buckets * BUCKET_MS, field)).toBe(sum);
          expect(countBuckets(window, now, buckets * BUCKET_MS, field)).toBe(failing);
        }
      }),
    );
  });
});
