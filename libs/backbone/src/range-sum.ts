import { BUCKET_MS, COUNT_FIELDS } from '@recloser/core';
import { countsOf } from './evidence.js';
import type { BucketSeries, WindowQuery, WindowSum } from './ports.js';

const OK = COUNT_FIELDS.indexOf('ok');
const FAILURES = COUNT_FIELDS.indexOf('failures');
const SLOW = COUNT_FIELDS.indexOf('slow');
const LOCAL_LAG = COUNT_FIELDS.indexOf('localLag');

/** What a window's buckets say, without the instance statistics. */
type RangeGained = Pick<
  WindowSum,
  'counts' | 'failingBuckets' | 'firstFailureAt' | 'lastFailureAt' | 'run' | 'series'
>;

/** Adds up the buckets of a window, which come in order. */
export class RangeSum {
  readonly #counts = COUNT_FIELDS.map(() => 0);
  #failingBuckets = 0;
  #first: number | null = null;
  #last: number | null = null;
  #runFailures = 0;
  #runFirst: number | null = null;
  readonly #series: BucketSeries[] = [];
  /** Buckets with a failure or a timeout that was left out for a stall. */
  troubledBuckets = 0;

  add(bucket: number, counts: readonly number[]): void {
    for (let field = 0; field < this.#counts.length; field += 1) {
      this.#counts[field] = (this.#counts[field] ?? 0) + (counts[field] ?? 0);
    }
    const failures = counts[FAILURES] ?? 0;
    if ((counts[OK] ?? 0) > 0) {
      this.#runFailures = 0;
      this.#runFirst = null;
    } else if (failures > 0) {
      this.#runFailures += failures;
      this.#runFirst ??= bucket;
    }
    this.#note(bucket, counts);
    if (failures + (counts[LOCAL_LAG] ?? 0) > 0) this.troubledBuckets += 1;
    if (failures === 0) return;
    this.#failingBuckets += 1;
    this.#first ??= bucket;
    this.#last = bucket;
  }

  /** Keeps a bucket with calls, from the first one on that had a failed, slow or lagging call. */
  #note(bucket: number, counts: readonly number[]): void {
    const failures = counts[FAILURES] ?? 0;
    const slow = counts[SLOW] ?? 0;
    const localLag = counts[LOCAL_LAG] ?? 0;
    const calls = (counts[OK] ?? 0) + failures;
    if (calls + localLag === 0) return;
    if (this.#series.length === 0 && failures + slow + localLag === 0) return;
    this.#series.push({ at: bucket * BUCKET_MS, calls, failures, slow, localLag });
  }

  gained({ run, series }: WindowQuery): RangeGained {
    return {
      counts: countsOf(this.#counts),
      failingBuckets: this.#failingBuckets,
      firstFailureAt: startOf(this.#first),
      lastFailureAt: startOf(this.#last),
      ...(series === true && { series: this.#series }),
      ...(run === true && {
        run: { failures: this.#runFailures, startedAt: startOf(this.#runFirst) },
      }),
    };
  }
}

const startOf = (bucket: number | null): number | null =>
  bucket === null ? null : bucket * BUCKET_MS;
