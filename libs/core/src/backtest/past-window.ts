import { EMPTY_COUNTS } from '../counts.js';
import { BUCKET_MS, type Counts, type Millis, type WindowEvidence } from '../model.js';

/** The sums of one breaker over one stored span. */
export interface PastCounts {
  /** Start of the span. */
  readonly at: Millis;
  readonly widthMs: number;
  readonly counts: Counts;
}

/** The stored spans of the last `keptMs`, to look back from any moment. */
export class PastWindow {
  readonly #keptMs: number;
  #spans: PastCounts[] = [];
  #first = 0;

  constructor(keptMs: number) {
    this.#keptMs = keptMs;
  }

  push(span: PastCounts): void {
    this.#spans.push(span);
    const cut = span.at + span.widthMs - this.#keptMs;
    while (endOf(this.#spans[this.#first]) <= cut) this.#first += 1;
    if (this.#first < 1_000) return;
    this.#spans = this.#spans.slice(this.#first);
    this.#first = 0;
  }

  clear(): void {
    this.#spans = [];
    this.#first = 0;
  }

  /**
   * What a window of `lengthMs` that ends at `end` would have shown. A span that lies partly in it counts in part. Which
   * buckets and instances failed was not stored: failures are taken as spread over the span, and shared by enough
   * instances.
   */
  evidence(end: Millis, lengthMs: number): WindowEvidence {
    const start = end - lengthMs;
    const sum = { ok: 0, failures: 0, slow: 0, timeouts: 0, stalled: 0 };
    let failingBuckets = 0;
    for (let i = this.#spans.length - 1; i >= this.#first; i -= 1) {
      const span = this.#spans[i];
      if (span === undefined || endOf(span) <= start) break;
      const partMs = Math.min(end, endOf(span)) - Math.max(start, span.at);
      if (partMs <= 0) continue;
      const share = partMs / span.widthMs;
      const { counts } = span;
      sum.ok += counts.ok * share;
      sum.failures += counts.failures * share;
      sum.slow += counts.slow * share;
      sum.timeouts += counts.timeouts * share;
      sum.stalled += counts.stalled * share;
      failingBuckets += Math.min(
        Math.round(partMs / BUCKET_MS),
        Math.ceil(counts.failures * share),
      );
    }
    const counts: Counts = { ...EMPTY_COUNTS, ...sum };
    return { lengthMs, counts, failingBuckets, reporting: 1, failing: 1, heaviest: [] };
  }
}

function endOf(span: PastCounts | undefined): Millis {
  return span === undefined ? Number.POSITIVE_INFINITY : span.at + span.widthMs;
}
