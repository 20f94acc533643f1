import { type OutcomeCounter } from './outcome-counter.js';

/** Sends what is counted. */
export interface Sender {
  /** Something is to be sent; `soon`: a recovery waits for it. */
  plan(soon: boolean): void;
  /** A call of this counter failed. */
  failedCall(counter: OutcomeCounter, now: number): void;
}

/** What is counted and not yet sent. It waits here until there is somebody to send it. */
export class Outbox {
  readonly counters = new Set<OutcomeCounter>();
  /** Calls whose counts were dropped, or never acknowledged. */
  lost = 0;
  sender: Sender | null = null;

  add(counter: OutcomeCounter, soon: boolean): void {
    this.counters.add(counter);
    this.sender?.plan(soon);
  }
}
