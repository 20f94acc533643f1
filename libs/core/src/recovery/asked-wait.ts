import type { Millis, WaitEvidence } from '../model/model.js';
import { quorumOf } from '../trip/trip.js';

/** The longest time that a dependency's `Retry-After` counts for, in ms. */
export const RETRY_AFTER_MAX_MS = 3_600_000;

/** A wait that enough instances report. */
export interface AskedWait {
  readonly until: Millis;
  /** Instances that have to wait at least until then. */
  readonly instances: number;
  readonly reporting: number;
}

/**
 * The latest time until which a quorum of the instances was asked to wait; null: no quorum has to wait any more. One instance
 * that reports a wrong time moves nothing, as a wait needs `max(2, quorum × reporting)` instances. A lone instance decides.
 */
export function askedWait(
  quorum: number,
  wait: WaitEvidence | undefined,
  now: Millis,
): AskedWait | null {
  if (wait === undefined) return null;
  const needed = quorumOf(quorum, wait.reporting, wait.reporting);
  let latest: AskedWait | null = null;
  for (const [time, instances] of wait.until) {
    const until = Math.min(time, now + RETRY_AFTER_MAX_MS);
    if (until <= now || instances < needed || until <= (latest?.until ?? 0)) continue;
    latest = { until, instances, reporting: wait.reporting };
  }
  return latest;
}

/**
 * The waits of several hubs together: at each time the instances of all hubs that have to wait at least until then. A hub
 * without waits still has instances that were not asked.
 */
export function addWaits(waits: readonly WaitEvidence[]): WaitEvidence {
  const times = [...new Set(waits.flatMap(({ until }) => until.map(([time]) => time)))];
  return {
    reporting: waits.reduce((sum, { reporting }) => sum + reporting, 0),
    until: times
      .sort((a, b) => b - a)
      .map((time) => [time, waits.reduce((sum, wait) => sum + waiting(wait, time), 0)]),
  };
}

/** At least this many instances of one hub have to wait until `time`. */
function waiting({ until }: WaitEvidence, time: Millis): number {
  return Math.max(0, ...until.map(([at, instances]) => (at >= time ? instances : 0)));
}
