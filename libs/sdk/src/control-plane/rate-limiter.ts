import { evenQuota, type BreakerView } from '@recloser/core';

/** Burst allowance, ms: unused quota is kept this long, and always for at least one call. */
const BURST_MS = 250;

/**
 * The rate limiter that a view asks for; null if it asks for none. A limit that stays the same keeps its limiter from
 * step to step.
 */
export function rateLimiterFor(
  view: BreakerView | null,
  present: RateLimiter | null,
  fleet: number,
  now: number,
): RateLimiter | null {
  const maxRps = view?.state === 'ramping' ? view.maxRps : undefined;
  if (maxRps === undefined) return null;
  return maxRps === present?.maxRps ? present : new RateLimiter(maxRps, fleet, now);
}

/**
 * Holds this process to its part of a rate limit of the fleet. It starts empty, so that many processes which begin at
 * once do not all make a call at that moment.
 */
export class RateLimiter {
  readonly maxRps: number;
  readonly #even: number;
  #quota = 0;
  #quotaEndsAt = Number.NEGATIVE_INFINITY;
  #tokens = 0;
  #at: number;

  constructor(maxRps: number, fleet: number, now: number) {
    this.maxRps = maxRps;
    this.#even = evenQuota(maxRps, fleet);
    this.#at = now;
  }

  /** The control plane has split the limit anew. */
  setQuota(rps: number, endsAt: number, now: number): void {
    this.#refill(now);
    this.#quota = Math.min(rps, this.maxRps);
    this.#quotaEndsAt = endsAt;
  }

  /** Whether a call may be made now, which then counts. Time is in ms and does not jump. */
  take(now: number): boolean {
    this.#refill(now);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  #refill(now: number): void {
    const rps = now < this.#quotaEndsAt ? this.#quota : this.#even;
    const gained = (rps * Math.max(0, now - this.#at)) / 1_000;
    this.#at = Math.max(this.#at, now);
    this.#tokens = Math.min(Math.max(1, (rps * BURST_MS) / 1_000), this.#tokens + gained);
  }
}
