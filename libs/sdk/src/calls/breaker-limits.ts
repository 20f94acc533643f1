import { type Scheduler } from '../platform/scheduler.js';
import { Bulkhead } from './bulkhead.js';

/** So many retries at once, when none were made for a while. */
const BURST = 10;
/** Retries are at most so large a share of the calls. */
const SHARE = 0.1;

interface InFlightCall {
  readonly startedAt: number;
  readonly result: Promise<unknown>;
}

/** Limits shared by all handles of one breaker: bulkhead, retry budget, coalesced calls. Created on first need. */
export class BreakerLimits {
  readonly bulkhead: Bulkhead;
  /** What its calls may spend on retries: a token for each, earned by calls. */
  #tokens = BURST;
  readonly inFlight = new Map<string, InFlightCall>();
  shed = 0;
  retried = 0;
  coalesced = 0;

  constructor(scheduler: Scheduler) {
    this.bulkhead = new Bulkhead(scheduler);
  }

  /** A call was made for the first time. */
  earn(): void {
    this.#tokens = Math.min(BURST, this.#tokens + SHARE);
  }

  /** Takes a token for a retry. Only as much of the budget counts as the breaker admits: none while it is open. */
  spend(admitted: number): boolean {
    this.#tokens = Math.min(this.#tokens, BURST * admitted);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
