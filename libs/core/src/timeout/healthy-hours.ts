import type { Millis, StateKind } from '../model/model.js';

export const HOUR_MS = 3_600_000;
/** An hour in which a larger part of the calls failed is not healthy. */
const FAILED_MAX = 0.01;

/** Sums of one hour that has ended. */
export interface HourSums {
  /** Start of the hour. */
  readonly at: Millis;
  readonly ok: number;
  readonly failures: number;
}

/** A change of state, the earliest first. */
export interface StateChange {
  readonly at: Millis;
  readonly state: StateKind;
}

/**
 * Starts of the hours in which the breaker was closed throughout and at most 1% of the calls failed. `complete`: all
 * changes of the time looked at are told. `present` is the state since the last of them.
 */
export function healthyHours(
  hours: readonly HourSums[],
  changes: readonly StateChange[],
  present: StateKind,
  complete: boolean,
): ReadonlySet<Millis> {
  const healthy = hours.filter(({ at, ok, failures }) => {
    const calls = ok + failures;
    if (calls === 0 || failures > calls * FAILED_MAX) return false;
    return isClosedThroughout(at, changes, present, complete);
  });
  return new Set(healthy.map(({ at }) => at));
}

function isClosedThroughout(
  from: Millis,
  changes: readonly StateChange[],
  present: StateKind,
  complete: boolean,
): boolean {
  const within = changes.filter(({ at }) => at >= from && at < from + HOUR_MS);
  if (within.some(({ state }) => state !== 'closed')) return false;
  const before = changes.findLast(({ at }) => at < from);
  if (before !== undefined) return before.state === 'closed';
  // Nothing is known from before the first change: what opened then had been closed.
  const [first] = changes;
  if (!complete) return false;
  return first === undefined ? present === 'closed' : first.state === 'open';
}
