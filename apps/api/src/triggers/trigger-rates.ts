import { Injectable } from '@nestjs/common';
import { TokenBucket } from '@recloser/hub';

/** Calls of one trigger: Alertmanager repeats once in minutes. */
const TRIGGER_RATE = { perSecond: 1, burst: 60 };

/** How often each trigger may be called. */
@Injectable()
export class TriggerRates {
  readonly #rates = new Map<string, TokenBucket>();

  /** Takes one call of this trigger; false when there were too many. */
  take(triggerId: string): boolean {
    const now = performance.now();
    let rate = this.#rates.get(triggerId);
    if (rate === undefined) {
      rate = new TokenBucket(TRIGGER_RATE.perSecond, TRIGGER_RATE.burst, now);
      this.#rates.set(triggerId, rate);
    }
    return rate.take(now);
  }
}
