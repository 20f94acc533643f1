import { LATENCY_BINS, latencyBinOf, latencyLimitOf } from '@recloser/core';

/** Latencies in fixed memory, by the bins that all processes share. */
export class Histogram {
  counts: Uint32Array | null = null;
  /** What of them was told to the control plane; null before the first time. */
  told: Uint32Array | null = null;
  #total = 0;
  #max = 0;
  #sum = 0;

  /** Of all samples, in milliseconds. */
  get sum(): number {
    return this.#sum;
  }

  /** How many samples lie at or below each limit (ms) and above the one before; only where there are some. */
  get buckets(): readonly (readonly [upTo: number, samples: number])[] {
    const buckets: [number, number][] = [];
    this.counts?.forEach((count, bin) => {
      if (count > 0) buckets.push([latencyLimitOf(bin), count]);
    });
    return buckets;
  }

  get samples(): number {
    return this.#total;
  }

  /** Milliseconds. */
  get max(): number {
    return this.#max;
  }

  /** A sample that stands for `weight` calls. */
  add(ms: number, weight = 1): void {
    const counts = (this.counts ??= new Uint32Array(LATENCY_BINS));
    const bin = latencyBinOf(ms);
    counts[bin] = (counts[bin] ?? 0) + weight;
    this.#total += weight;
    this.#sum += ms * weight;
    if (ms > this.#max) this.#max = ms;
  }

  /** The latency in ms below which a share (0…1) of the samples lies; null without samples. */
  percentile(share: number): number | null {
    const counts = this.counts;
    if (counts === null) return null;
    let left = Math.ceil(this.#total * share);
    for (let bin = 0; bin < LATENCY_BINS; bin += 1) {
      left -= counts[bin] ?? 0;
      if (left <= 0) return Math.min(this.#max, latencyLimitOf(bin));
    }
    return this.#max;
  }

  /** What came in so far is not told any more. */
  drop(): void {
    if (this.counts !== null) (this.told ??= new Uint32Array(LATENCY_BINS)).set(this.counts);
  }
}
