import { RETRY_AFTER_MAX_MS } from '@recloser/core';

/** Until when a dependency has asked this process not to call it (`Retry-After`). */
export class AskedWait {
  /** In monotonic ms. */
  #until = -Infinity;

  /** It has asked for this many ms from `now` on; at most an hour counts. */
  ask(waitMs: number, now: number): void {
    this.#until = Math.max(this.#until, now + Math.min(waitMs, RETRY_AFTER_MAX_MS));
  }

  /** For how many ms it has still asked; 0: it has not. */
  leftMs(now: number): number {
    return Math.max(0, this.#until - now);
  }
}
