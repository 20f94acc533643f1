import { type LatencyBins, LatencySum } from '@recloser/core';
import type { SecondLatencies } from '@recloser/protocol';

/** SDKs report once a second: so long after its start, nearly all of a second is in. */
const SETTLED_MS = 2_500;
const TAKE_EVERY_MS = 1_000;

/**
 * Latencies by breaker and second. They do not leave with every flush, but about once each: what is stored grows with
 * active breakers and seconds. Only those of a breaker that ramps leave at once, as its steps are judged by them. An
 * SDK's reports reach at most 15 s back, and so does this.
 */
export class Latencies {
  readonly #seconds = new Map<number, Map<string, LatencySum>>();
  #urgent: SecondLatencies[] = [];
  #takenAt = Number.NEGATIVE_INFINITY;

  add(breaker: string, second: number, bins: LatencyBins): void {
    let breakers = this.#seconds.get(second);
    if (breakers === undefined) {
      breakers = new Map();
      this.#seconds.set(second, breakers);
    }
    let sum = breakers.get(breaker);
    if (sum === undefined) {
      sum = new LatencySum();
      breakers.set(breaker, sum);
    }
    sum.add(bins);
  }

  /** Leaves with the next flush. */
  addUrgent(breaker: string, second: number, bins: LatencyBins): void {
    this.#urgent.push({ breaker, second, bins });
  }

  /** True when something is to be taken. */
  due(storeNow: number): boolean {
    if (Math.abs(storeNow - this.#takenAt) < TAKE_EVERY_MS) return false;
    for (const second of this.#seconds.keys()) if (isSettled(second, storeNow)) return true;
    return false;
  }

  /** What is urgent, and the seconds that have settled, once they are due; or everything. */
  take(storeNow: number, everything: boolean): readonly SecondLatencies[] {
    const taken = this.#urgent;
    this.#urgent = [];
    if (!everything && !this.due(storeNow)) return taken;
    this.#takenAt = storeNow;
    for (const [second, breakers] of this.#seconds) {
      if (!everything && !isSettled(second, storeNow)) continue;
      this.#seconds.delete(second);
      for (const [breaker, sum] of breakers) {
        const { bins } = sum;
        if (bins.length > 0) taken.push({ breaker, second, bins });
      }
    }
    return taken;
  }
}

function isSettled(second: number, storeNow: number): boolean {
  return storeNow - second * 1_000 >= SETTLED_MS;
}
