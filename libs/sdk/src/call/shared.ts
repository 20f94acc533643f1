import { type Scheduler } from '../process/timeline.js';
import { Bulkhead } from './bulkhead.js';
import { RetryBudget } from './retry-budget.js';

interface InFlightCall {
  readonly startedAt: number;
  readonly result: Promise<unknown>;
}

/** What the calls of one breaker share, whoever asked for that breaker. Made when it is first needed. */
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
