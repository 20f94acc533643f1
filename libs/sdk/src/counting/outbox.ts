import { type Tally } from './tally.js';

/** Sends what is counted. */
export interface Sender {
  /** Something is to be sent; `soon`: a recovery waits for it. */
  plan(soon: boolean): void;
  /** A call of this tally failed. */
  trouble(tally: Tally, now: number): void;
}

/** What is counted and not yet sent. It waits here until there is somebody to send it. */
export class Outbox {
  readonly tallies = new Set<Tally>();
  /** Calls whose counts were dropped, or never acknowledged. */
  lost = 0;
  sender: Sender | null = null;

  add(tally: Tally, soon: boolean): void {
    this.tallies.add(tally);
    this.sender?.plan(soon);
  }
}
