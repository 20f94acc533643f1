import { setImmediate } from 'node:timers/promises';
import { type SystemTimer } from '../platform/system.js';

interface Pending {
  readonly at: number;
  readonly run: () => void;
}

/** Time that passes only when it is told to. */
export class FakeTime {
  /** Milliseconds since the start. */
  now = 0;
  readonly #pending = new Set<Pending>();

  setTimer(run: () => void, ms: number): SystemTimer {
    const timer = { at: this.now + ms, run };
    this.#pending.add(timer);
    return {
      clear: () => void this.#pending.delete(timer),
      ref: () => undefined,
      unref: () => undefined,
    };
  }

  /** Lets `ms` pass, timer by timer; promises settle before the first and after each. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    await setImmediate();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#pending.delete(next);
      this.now = Math.max(this.now, next.at);
      next.run();
      await setImmediate();
    }
    this.now = end;
  }

  #next(end: number): Pending | undefined {
    let first: Pending | undefined;
    for (const timer of this.#pending) {
      if (timer.at <= end && (first === undefined || timer.at < first.at)) first = timer;
    }
    return first;
  }
}
