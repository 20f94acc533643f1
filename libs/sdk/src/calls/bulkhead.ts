import { type Scheduler } from '../platform/scheduler.js';
import { whenLeft } from './waiting.js';

/** Told whether the place is had; false when the wait was too long. */
type Waiting = (had: boolean) => void;

/** The places of one breaker's calls, and those who wait for one. */
export class Bulkhead {
  #taken = 0;
  readonly #queue = new Set<Waiting>();
  readonly #scheduler: Scheduler;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  /** Takes a place if one of `limit` is free. */
  take(limit: number): boolean {
    if (this.#taken >= limit) return false;
    this.#taken += 1;
    return true;
  }

  /** Takes a place once one is left, first come first served; false after `ms`. Rejects when the signal aborts. */
  wait(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const end = (had: boolean): void => {
        this.#queue.delete(end);
        cancel();
        forget();
        resolve(had);
      };
      const cancel =
        ms === Infinity ? () => undefined : this.#scheduler.after(ms, () => end(false));
      const forget = whenLeft(signal, (reason) => {
        reject(reason);
        end(false);
      });
      this.#queue.add(end);
    });
  }

  /** Gives a place back; whoever waits longest gets it. */
  leave(limit: number): void {
    this.#taken -= 1;
    for (const next of this.#queue) {
      if (!this.take(limit)) return;
      next(true);
    }
  }
}
