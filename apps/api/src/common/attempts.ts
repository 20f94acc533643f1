/** Bounds how often something may fail within a time, per key. Memory is bounded too: old keys go first. */
export class AttemptLimiter {
  readonly #failures = new Map<string, { count: number; until: number }>();
  readonly #max: number;
  readonly #windowMs: number;
  readonly #maxKeys: number;

  constructor(max: number, windowMs: number, maxKeys = 10_000) {
    this.#max = max;
    this.#windowMs = windowMs;
    this.#maxKeys = maxKeys;
  }

  /** Milliseconds until `key` may try again; 0 when it may now. */
  waitMs(key: string, now: number): number {
    const entry = this.#failures.get(key);
    if (!entry || entry.until <= now) return 0;
    return entry.count >= this.#max ? entry.until - now : 0;
  }

  failed(key: string, now: number): void {
    const entry = this.#failures.get(key);
    if (entry && entry.until > now) {
      entry.count += 1;
      return;
    }
    this.#failures.delete(key);
    this.#failures.set(key, { count: 1, until: now + this.#windowMs });
    for (const oldest of this.#failures.keys()) {
      if (this.#failures.size <= this.#maxKeys) break;
      this.#failures.delete(oldest);
    }
  }

  /** Takes one failure back. */
  forgive(key: string): void {
    const entry = this.#failures.get(key);
    if (entry) entry.count -= 1;
  }

  /** Forgets all of them. */
  forget(key: string): void {
    this.#failures.delete(key);
  }
}
