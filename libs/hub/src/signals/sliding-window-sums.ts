const MAX_COUNT = 0xffff_ffff;

/**
 * Running sums over several trailing windows of 250 ms buckets. Adding and moving on cost the same however long the
 * windows are, which the core's window does not offer: a hub asks for thousands of sums per second.
 * The last bucket of every window is the newest one.
 */
export class SlidingWindowSums {
  /** Window lengths in buckets. */
  readonly #windows: readonly number[];
  readonly #fields: number;
  /** One bucket more than the longest window, so that the bucket that leaves it is still there to be subtracted. */
  readonly #size: number;
  readonly #ring: Uint32Array;
  /** windows × fields */
  readonly #sums: Float64Array;
  #newest = Number.NEGATIVE_INFINITY;

  constructor(windows: readonly number[], fields: number) {
    this.#windows = windows;
    this.#fields = fields;
    this.#size = Math.max(...windows) + 1;
    this.#ring = new Uint32Array(this.#size * fields);
    this.#sums = new Float64Array(windows.length * fields);
  }

  /** Adds to one field of a bucket, given by its absolute index. False when it is older than every window. */
  add(bucket: number, field: number, count: number): boolean {
    if (bucket > this.#newest) this.advance(bucket);
    const age = this.#newest - bucket;
    if (age >= this.#size - 1) return false;
    const at = this.#slot(bucket) + field;
    const before = this.#ring[at] ?? 0;
    const after = Math.min(MAX_COUNT, before + count);
    this.#ring[at] = after;
    for (let w = 0; w < this.#windows.length; w += 1) {
      if (age < (this.#windows[w] ?? 0)) this.#change(w, field, after - before);
    }
    return true;
  }

  /** Makes `bucket` the newest one. A step back starts afresh when everything held would lie in the future. */
  advance(bucket: number): void {
    const gap = bucket - this.#newest;
    if (gap <= 0 && -gap < this.#size) return;
    if (gap >= this.#size || gap < 0) {
      this.#ring.fill(0);
      this.#sums.fill(0);
      this.#newest = bucket;
      return;
    }
    for (let next = this.#newest + 1; next <= bucket; next += 1) this.#step(next);
    this.#newest = bucket;
  }

  /** The sum of a field over a window, up to the newest bucket. */
  sum(window: number, field: number): number {
    return this.#sums[window * this.#fields + field] ?? 0;
  }

  /** Adds the buckets of a window in which a field is not zero, by their absolute indices. */
  bucketsWith(window: number, field: number, into: Set<number>): Set<number> {
    const length = this.#windows[window] ?? 0;
    for (let bucket = this.#newest - length + 1; bucket <= this.#newest; bucket += 1) {
      if ((this.#ring[this.#slot(bucket) + field] ?? 0) > 0) into.add(bucket);
    }
    return into;
  }

  /** True when no window holds anything. */
  isEmpty(): boolean {
    return this.#sums.every((sum) => sum === 0);
  }

  clear(): void {
    this.#ring.fill(0);
    this.#sums.fill(0);
  }

  #step(next: number): void {
    for (let w = 0; w < this.#windows.length; w += 1) {
      const leaving = this.#slot(next - (this.#windows[w] ?? 0));
      for (let field = 0; field < this.#fields; field += 1) {
        this.#change(w, field, -(this.#ring[leaving + field] ?? 0));
      }
    }
    const slot = this.#slot(next);
    this.#ring.fill(0, slot, slot + this.#fields);
  }

  #change(window: number, field: number, by: number): void {
    const at = window * this.#fields + field;
    this.#sums[at] = (this.#sums[at] ?? 0) + by;
  }

  #slot(bucket: number): number {
    const slot = bucket % this.#size;
    return (slot < 0 ? slot + this.#size : slot) * this.#fields;
  }
}
