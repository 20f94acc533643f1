import { Injectable } from '@nestjs/common';
import { TokenBucket } from '@recloser/hub';

/** Requests per second with one key, and how many may come at once: a fleet of 1,000 asks about 300 times a second. */
export const POLL_RATE = { perSecond: 500, burst: 2_000 };

/** How often instances that poll may ask with one SDK key. */
@Injectable()
export class KeyRates {
  readonly #rates = new Map<string, TokenBucket>();

  /** Takes one request of this key; false when there were too many. */
  take(keyId: string): boolean {
    const now = performance.now();
    let rate = this.#rates.get(keyId);
    if (rate === undefined) {
      rate = new TokenBucket(POLL_RATE.perSecond, POLL_RATE.burst, now);
      this.#rates.set(keyId, rate);
    }
    return rate.take(now);
  }
}
