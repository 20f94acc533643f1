import { BUCKET_MS, type Policy } from '../model/model.js';
import { EXCESS_REACH_MS } from '../model/trip-policy.js';
import { isProven } from './excess.js';

/**
 * How long a steady failure rate takes to open a breaker, in ms; null: it never does. H/(p − k), with what the first and the
 * last bucket may claim too much added to H, or the time until enough calls prove the rate, whichever is longer. Where calls hang, their failures begin `stallMs` later. The quorum
 * is no part of it: it needs two failures, or nothing but failures, on enough instances.
 */
export function detectionMs(
  policy: Pick<Policy, 'trip' | 'minCalls'>,
  rate: number,
  callsPerSecond: number,
  stallMs = 0,
): number | null {
  const { toleratedRate, excessMs } = policy.trip;
  const margin = Math.min(1, rate) - toleratedRate;
  if (margin <= 0) return null;
  const calls = callsNeeded(policy, Math.min(1, rate));
  const inBucket = Math.max(1, (callsPerSecond * BUCKET_MS) / 1_000);
  const doubtMs = (2 * BUCKET_MS * Math.min(1, rate)) / (inBucket + 1);
  const time = Math.max((excessMs + doubtMs) / margin, (calls * 1_000) / callsPerSecond);
  return time > EXCESS_REACH_MS ? null : stallMs + time;
}

/** How many calls at this rate prove that it is above the tolerated one. */
function callsNeeded({ trip, minCalls }: Pick<Policy, 'trip' | 'minCalls'>, rate: number): number {
  // Proof grows in proportion to the calls, so that the proof of a million tells how many are enough.
  const many = 1_000_000;
  const proves = (calls: number): boolean =>
    isProven({ calls, bad: rate * calls }, trip.toleratedRate, minCalls);
  if (!proves(many)) return Number.POSITIVE_INFINITY;
  let [low, high] = [0, many];
  while (high - low > 0.01) {
    const middle = (low + high) / 2;
    if (proves(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** The longest total failure that never opens the breaker, in ms. */
export function longestBlipMs({ trip }: Pick<Policy, 'trip'>): number {
  return trip.excessMs / (1 - trip.toleratedRate);
}
