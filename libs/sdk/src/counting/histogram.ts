/** Buckets per doubling: a percentile is at most 4.5 % off. */
const PER_DOUBLING = 8;
const SIZE = 27 * PER_DOUBLING;
/** 1 µs */
const SMALLEST_MS = 0.001;

/** Latencies on a logarithmic scale, 1 µs to two minutes, in fixed memory. */
export class Histogram {
  #counts: Uint32Array | null = null;
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
    this.#counts?.forEach((count, index) => {
      if (count > 0) buckets.push([limitOf(index), count]);
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

  add(ms: number): void {
    const counts = (this.#counts ??= new Uint32Array(SIZE));
    const position = Math.ceil(Math.log2(Math.max(ms, SMALLEST_MS) / SMALLEST_MS) * PER_DOUBLING);
    const index = Math.min(SIZE - 1, Math.max(0, position));
    counts[index] = (counts[index] ?? 0) + 1;
    this.#total += 1;
    this.#sum += ms;
    if (ms > this.#max) this.#max = ms;
  }

  /** The latency in ms below which a share (0…1) of the samples lies; null without samples. */
  percentile(share: number): number | null {
    const counts = this.#counts;
    if (counts === null) return null;
    let left = Math.ceil(this.#total * share);
    for (let index = 0; index < SIZE; index += 1) {
      left -= counts[index] ?? 0;
      if (left <= 0) return Math.min(this.#max, limitOf(index));
    }
    return this.#max;
  }
}

function limitOf(index: number): number {
  return SMALLEST_MS * 2 ** (index / PER_DOUBLING);
}
