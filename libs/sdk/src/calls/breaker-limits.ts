import { type Scheduler } from '../platform/scheduler.js';
import { Bulkhead } from './bulkhead.js';
import { RetryBudget } from './retry-budget.js';

interface InFlightCall {
  readonly startedAt: number;
  readonly result: Promise<unknown>;
}

/** Limits shared by all handles of one breaker: bulkhead, retry budget, coalesced calls. Created on first need. */
export class BreakerLimits {
  readonly bulkhead: Bulkhead;
  readonly budget = new RetryBudget();
  readonly inFlight = new Map<string, InFlightCall>();
  shed = 0;
  retried = 0;
  coalesced = 0;

  constructor(scheduler: Scheduler) {
    this.bulkhead = new Bulkhead(scheduler);
  }
}
