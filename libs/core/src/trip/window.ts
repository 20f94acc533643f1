import { BUCKET_MS, type Millis } from '../model/model.js';

/**
 * A sliding window of 250 ms buckets in a ring of fixed size. Buckets have absolute indices, floor(ms / 250), so an
 * idle gap of any length leaves empty buckets behind, never old ones. Each bucket holds `fields` counters.
 * Plain data and functions: `addToWindow` allocates nothing.
 */
export interface SlidingWindow {
  readonly buckets: number;
  readonly fields: number;
  readonly data: Uint32Array;
  /** Absolute index of the newest bucket; −1 before the first. */
  newest: number;
  /** Where its bucket lies in the ring. Kept, since a remainder of so large an index is slow. */
  newestSlot: number;
  /** Additions that were older than the ring, and so are in no sum. */
  dropped: number;
}

/** A window that can sum up to `lengthMs` (rounded up to whole buckets) of `fields` counters. */
export function createWindow(lengthMs: number, fields: number): SlidingWindow {
  const buckets = Math.max(1, Math.ceil(lengthMs / BUCKET_MS));
  return {
    buckets,
    fields,
    data: new Uint32Array(buckets * fields),
    newest: -1,
    newestSlot: 0,
    dropped: 0,
  };
}

/** The absolute index of the bucket that holds a time. */
export function bucketIndex(at: Millis): number {
  return Math.floor(at / BUCKET_MS);
}

/** The time at which a bucket starts. */
export function bucketStart(index: number): Millis {
  return index * BUCKET_MS;
}

/**
 * Adds `count` to one counter of the bucket of `at`. A late addition goes into its own, older bucket; one older than
 * the ring is dropped, counted in `dropped`, and answered by false.
 */
export function addToWindow(
  window: SlidingWindow,
  at: Millis,
  field: number,
  count: number,
): boolean {
  const index = bucketIndex(at);
  if (index > window.newest) moveTo(window, index);
  const age = window.newest - index;
  if (age >= window.buckets) {
    window.dropped += 1;
    return false;
  }
  const position = slotAt(window, age) * window.fields + field;
  window.data[position] = (window.data[position] ?? 0) + count;
  return true;
}

/**
 * Moves the window on to `now`. A clock set back by more than the ring starts it afresh, as all that it holds is then
 * in the future; a smaller step back keeps what is there and counts it as the present.
 */
export function advanceWindow(window: SlidingWindow, now: Millis): void {
  const index = bucketIndex(now);
  if (index > window.newest) {
    moveTo(window, index);
  } else if (window.newest - index >= window.buckets) {
    window.data.fill(0);
    window.newest = index;
  }
}

/** The sum of one counter over the last `lengthMs` (at most the ring), the bucket of `now` included. */
export function sumWindow(
  window: SlidingWindow,
  now: Millis,
  lengthMs: number,
  field: number,
): number {
  advanceWindow(window, now);
  let sum = 0;
  for (let age = agesOf(window, lengthMs) - 1; age >= 0; age -= 1)
    sum += valueAt(window, age, field);
  return sum;
}

/** As `sumWindow` for all counters at once: adds each field's sum to `into[field]` and returns it. */
export function sumWindowInto<T extends number[] | Float64Array>(
  window: SlidingWindow,
  now: Millis,
  lengthMs: number,
  into: T,
): T {
  advanceWindow(window, now);
  for (let age = agesOf(window, lengthMs) - 1; age >= 0; age -= 1) {
    for (let field = 0; field < window.fields; field += 1) {
      into[field] = (into[field] ?? 0) + valueAt(window, age, field);
    }
  }
  return into;
}

/** How many of the last `lengthMs`'s buckets have a non-zero counter. */
export function countBuckets(
  window: SlidingWindow,
  now: Millis,
  lengthMs: number,
  field: number,
): number {
  advanceWindow(window, now);
  let count = 0;
  for (let age = agesOf(window, lengthMs) - 1; age >= 0; age -= 1) {
    if (valueAt(window, age, field) > 0) count += 1;
  }
  return count;
}

/** When the first of the last `lengthMs`'s buckets with a non-zero counter started, or null. */
export function firstBucketStart(
  window: SlidingWindow,
  now: Millis,
  lengthMs: number,
  field: number,
): Millis | null {
  advanceWindow(window, now);
  for (let age = agesOf(window, lengthMs) - 1; age >= 0; age -= 1) {
    if (valueAt(window, age, field) > 0) return bucketStart(window.newest - age);
  }
  return null;
}

/** Empties the window; the ring keeps its memory. */
export function clearWindow(window: SlidingWindow): void {
  window.data.fill(0);
  window.newest = -1;
}

/** How many buckets of the ring a length covers. */
function agesOf(window: SlidingWindow, lengthMs: number): number {
  return Math.min(window.buckets, Math.ceil(lengthMs / BUCKET_MS));
}

function valueAt(window: SlidingWindow, age: number, field: number): number {
  return window.data[slotAt(window, age) * window.fields + field] ?? 0;
}

/** Where the bucket lies that is `age` buckets older than the newest; `age` is below the ring's size. */
function slotAt(window: SlidingWindow, age: number): number {
  const slot = window.newestSlot - age;
  return slot < 0 ? slot + window.buckets : slot;
}

/** Makes a later bucket the newest; those between are empty. */
function moveTo(window: SlidingWindow, index: number): void {
  const { buckets, fields, data } = window;
  if (window.newest < 0 || index - window.newest >= buckets) {
    data.fill(0);
  } else {
    for (let step = index - window.newest; step > 0; step -= 1) {
      window.newestSlot = window.newestSlot + 1 === buckets ? 0 : window.newestSlot + 1;
      const at = window.newestSlot * fields;
      data.fill(0, at, at + fields);
    }
  }
  window.newest = index;
}
