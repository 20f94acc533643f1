import { type Timeline } from '../process/timeline.js';
import { Bulkhead } from './bulkhead.js';
import { RetryBudget } from './retry-budget.js';

interface Flight {
  readonly startedAt: number;
  readonly result: Promise<unknown>;
}

/** What the calls of one breaker share, whoever asked for that breaker. Made when it is first needed. */
export class Shared {
  readonly bulkhead: Bulkhead;
  readonly budget = new RetryBudget();
  readonly flights = new Map<string, Flight>();
  shed = 0;
  retried = 0;
  coalesced = 0;

  constructor(timeline: Timeline) {
    this.bulkhead = new Bulkhead(timeline);
  }
}
