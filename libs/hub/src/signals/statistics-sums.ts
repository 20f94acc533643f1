import { BUCKET_MS } from '@recloser/core';
import type { InstanceOpening, Reporter } from './reporter.js';
import { COUNTED, type InstanceCounts } from './instance-counts.js';

/** Instances that count under one version. */
export interface CountedEntries {
  /** Indices of their counts. */
  readonly indices: readonly number[];
  /** By such an index. */
  readonly reporters: readonly Reporter[];
  readonly counts: InstanceCounts;
  /** What instances said of their own breakers, by such an index. */
  readonly local: ReadonlyMap<number, InstanceOpening>;
  /** The bucket in which the windows end. */
  readonly now: number;
}

/** One instance in one window. Always of one shape, as there may be twenty thousand of them. */
export interface Counted {
  readonly index: number;
  readonly reporter: Reporter;
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
  readonly localLag: number;
}

/**
 * One for all: instance statistics are made in one go, and of a hundred thousand of them a second none should leave
 * garbage.
 */
let scratch = new Float64Array();

/** The sums of some instances over some windows. Valid until the next ones are made. */
export class Sums {
  readonly entries: CountedEntries;
  readonly #stride: number;
  readonly #sums: Float64Array;
  /** Where each window's sums stand among the others'. */
  readonly #ranks: readonly number[];

  constructor(entries: CountedEntries, windowsMs: readonly number[]) {
    this.entries = entries;
    this.#stride = windowsMs.length * COUNTED.fields;
    const length = entries.indices.length * this.#stride;
    if (scratch.length < length) scratch = new Float64Array(length * 2);
    this.#sums = scratch;
    const ascending = windowsMs.toSorted((a, b) => a - b);
    this.#ranks = windowsMs.map((ms) => ascending.indexOf(ms));
    const of = { now: entries.now, windows: ascending.map(bucketsOf), present: true };
    for (const [i, index] of entries.indices.entries()) {
      entries.counts.sum(index, of, this.#sums, i * this.#stride);
    }
  }

  /** Of the instance at place `i` of the list. */
  at(i: number, window: number, field: number): number {
    const rank = this.#ranks[window] ?? 0;
    return this.#sums[i * this.#stride + rank * COUNTED.fields + field] ?? 0;
  }

  reporterAt(i: number): Reporter | undefined {
    return this.entries.reporters[this.entries.indices[i] ?? -1];
  }

  /** All instances with anything in a window. */
  counted(window: number): Counted[] {
    const found: Counted[] = [];
    for (const [i, index] of this.entries.indices.entries()) {
      const reporter = this.entries.reporters[index];
      const failures = this.at(i, window, COUNTED.failures);
      const calls = this.at(i, window, COUNTED.ok) + failures;
      const localLag = this.at(i, window, COUNTED.lag);
      if (reporter === undefined || calls + localLag === 0) continue;
      const slow = this.at(i, window, COUNTED.slow);
      found.push({ index, reporter, calls, failures, slow, localLag });
    }
    return found;
  }

  /** In how many buckets of a window any of these instances has calls, or failures. */
  buckets(indices: readonly number[], windowMs: number, of: 'calls' | 'failures'): number {
    const window = bucketsOf(windowMs);
    const buckets = new Set<number>();
    for (const index of indices) {
      if (buckets.size >= window) break;
      this.entries.counts.addBuckets(index, { now: this.entries.now, window, of }, buckets);
    }
    return buckets.size;
  }
}

function bucketsOf(windowMs: number): number {
  return Math.max(1, Math.ceil(windowMs / BUCKET_MS));
}
