import { BUCKET_MS } from '@recloser/core';

/** Limits rise by √2: 1 ms, 1.4 ms … to more than an hour. */
const PER_DOUBLING = 2;
const BINS = 48;
/** When this many answers are known, half of each bin is forgotten: what is usual may change. */
const MOST_SAMPLES = 4_096;
/** Without a reason to wait longer, a call is stalled after this, in ms. */
const STALL_MS = 1_000;
/** A call that takes this many times as long as slow answers usually do is stalled. */
const STALL_FACTOR = 3;
/** A few slow answers must not make all hanging calls look usual: slow is at most this many times the median. */
const SLOW_OF_MEDIAN = 4;
/** While all calls hang, one is late after this many times as long as slow answers usually take, and after LATE_MS. */
const LATE_FACTOR = 2;
const LATE_MS = 100;

/** How long good answers of one breaker usually take, and from when on a call that is still in flight is not usual any more. */
export class UsualLatency {
  /** After this many ms in flight a call counts as stalled: 1,000, or three times what slow answers usually take. */
  stallMs = STALL_MS;
  /** A call has stalled, and none that began later has been answered: the dependency hangs for all of them. */
  hangs = false;
  #lateMs = Infinity;
  #answeredAt = -Infinity;
  #bins: Uint16Array | null = null;
  #samples = 0;
  #judgeAt = 1;

  /** As `stallMs`; less while the dependency hangs, as what is late then is not merely slow. */
  get limitMs(): number {
    return this.hangs ? Math.min(this.stallMs, this.#lateMs) : this.stallMs;
  }

  /** A call that began then is still in flight after `stallMs`. Answers are known by their bucket only. */
  stalled(startedAt: number): void {
    if (startedAt >= this.#answeredAt + BUCKET_MS) this.hangs = true;
  }

  /** A good answer took this long. */
  add(ms: number, now: number): void {
    this.#answeredAt = now;
    this.hangs = false;
    const bins = (this.#bins ??= new Uint16Array(BINS));
    const bin = Math.min(BINS - 1, Math.ceil(Math.log2(Math.max(1, ms)) * PER_DOUBLING));
    bins[bin] = (bins[bin] ?? 0) + 1;
    this.#samples += 1;
    if (this.#samples < this.#judgeAt) return;
    const slow = Math.min(
      this.#percentile(bins, 0.95),
      SLOW_OF_MEDIAN * this.#percentile(bins, 0.5),
    );
    this.stallMs = Math.max(STALL_MS, STALL_FACTOR * slow);
    this.#lateMs = Math.max(LATE_MS, LATE_FACTOR * slow);
    if (this.#samples >= MOST_SAMPLES) this.#forgetHalf(bins);
    this.#judgeAt = this.#samples + Math.max(1, this.#samples >> 3);
  }

  /** The upper limit of the bin below which a share of the answers lies, in ms. */
  #percentile(bins: Uint16Array, share: number): number {
    let left = Math.ceil(this.#samples * share);
    const bin = bins.findIndex((samples) => (left -= samples) <= 0);
    return 2 ** (bin / PER_DOUBLING);
  }

  #forgetHalf(bins: Uint16Array): void {
    this.#samples = 0;
    for (const [bin, samples] of bins.entries()) {
      bins[bin] = samples >> 1;
      this.#samples += samples >> 1;
    }
  }
}
