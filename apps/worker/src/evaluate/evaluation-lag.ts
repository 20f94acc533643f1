import { DURATION_BUCKETS, Histogram, type Metrics } from '@recloser/server';

/** Measures how long breakers wait for their evaluation, from the mark or the due time to its start. */
export class EvaluationLag {
  readonly #seconds: Histogram;
  readonly #now: () => number;
  /** When the breakers that were taken and not evaluated yet began to wait, by environment. */
  readonly #since = new Map<string, Map<string, number>>();

  /** @param now Monotonic, in ms. */
  constructor(metrics: Metrics, now: () => number) {
    this.#now = now;
    this.#seconds = new Histogram({
      name: 'recloser_evaluation_lag_seconds',
      help: 'How long the breaker that waited longest had been marked or due when its evaluation began.',
      buckets: [...DURATION_BUCKETS, 30, 60],
      registers: [metrics],
    });
  }

  /** These breakers have been taken; each has been waiting for so many ms. */
  taken(environmentId: string, waits: ReadonlyMap<string, number>): void {
    const now = this.#now();
    const since = this.#since.get(environmentId) ?? new Map<string, number>();
    this.#since.set(environmentId, since);
    for (const [key, waitedMs] of waits) since.set(key, now - waitedMs);
  }

  /** Their evaluation begins. Breakers whose evaluation has begun before are not measured again. */
  evaluating(environmentId: string, keys: readonly string[]): void {
    const since = this.#since.get(environmentId);
    const begun = keys.flatMap((key) => since?.get(key) ?? []);
    if (begun.length === 0) return;
    for (const key of keys) since?.delete(key);
    const oldest = begun.reduce((least, at) => Math.min(least, at));
    this.#seconds.observe(Math.max(0, this.#now() - oldest) / 1_000);
  }
}
