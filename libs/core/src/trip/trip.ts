import { judgeRun, type RunVerdict } from './consecutive.js';
import { callsOf } from '../counts.js';
import type { Evidence, Policy, WindowEvidence, WindowPolicy } from '../model.js';
import { wilsonLower } from './wilson.js';

/** A window's figures against its policy: what the decision used, and what a screen shows beside the threshold. */
export interface WindowVerdict {
  readonly trips: boolean;
  /** Which rate tripped it; the failure rate when both did, null when none. */
  readonly by: 'failures' | 'slow' | null;
  /** Calls after one instance's weight was bounded; may be fractional. */
  readonly volume: number;
  readonly failures: number;
  readonly rate: number;
  /** Wilson lower bound of `rate`. */
  readonly lower: number;
  readonly slowRate: number;
  readonly slowLower: number;
  readonly enoughCalls: boolean;
  readonly enoughBuckets: boolean;
  readonly failingNeeded: number;
  readonly quorumReached: boolean;
  /** True when an instance's weight had to be bounded. */
  readonly bounded: boolean;
}

export interface WindowTrip {
  readonly cause: 'fast_window' | 'slow_window';
  readonly window: WindowEvidence;
  readonly verdict: WindowVerdict;
}

/** Calls too rare for a rate have failed one after the other. */
export interface RunTrip {
  readonly cause: 'consecutive';
  readonly window: WindowEvidence;
  readonly verdict: RunVerdict;
}

export type TripVerdict = WindowTrip | RunTrip;

/** What trips a breaker: the fast window first, then the slow one, then a run of failures; null when nothing does. */
export function evaluateTrip(policy: Policy, evidence: Evidence): TripVerdict | null {
  const connected = connectedOf(evidence);
  const { fast, slow } = evidence;
  if (fast) {
    const verdict = judgeWindow(policy.fast, policy, fast, connected);
    if (verdict.trips) return { cause: 'fast_window', window: fast, verdict };
  }
  if (slow) {
    const verdict = judgeWindow(policy.slow, policy, slow, connected);
    if (verdict.trips) return { cause: 'slow_window', window: slow, verdict };
  }
  const run = evidence.consecutive ?? null;
  if (run && policy.consecutive) {
    const verdict = judgeRun(policy.consecutive, run, connected);
    if (verdict.trips) return { cause: 'consecutive', window: run, verdict };
  }
  return null;
}

/**
 * Judges one window. It trips when all hold: the Wilson lower bound of the rate reaches the threshold, the volume
 * reaches `minCalls`, the failures are spread over enough buckets, and enough instances fail.
 * `connected` is how many instances are connected, 0 when that is not known.
 */
export function judgeWindow(
  windowPolicy: WindowPolicy,
  policy: Pick<Policy, 'minCalls' | 'quorum'>,
  window: WindowEvidence,
  connected: number,
): WindowVerdict {
  const { volume, failures, bounded } = boundWeights(window);
  const calls = callsOf(window.counts);
  const slow = Math.min(window.counts.slow, calls);
  const lower = wilsonLower(failures, volume);
  const slowLower = wilsonLower(slow, calls);
  const enoughCalls = volume >= policy.minCalls;
  const enoughBuckets = window.failingBuckets >= windowPolicy.minFailingBuckets;
  const failingNeeded = quorumOf(policy.quorum, window.reporting, connected);
  const quorumReached = window.failing >= failingNeeded;
  const failuresTrip =
    enoughCalls && enoughBuckets && quorumReached && lower >= windowPolicy.failureRate;
  const slowTrip =
    windowPolicy.slowRate !== null &&
    calls >= policy.minCalls &&
    // Where hubs do not tell how many instances are slow, at least as many must have reported.
    (window.slowInstances ?? window.reporting) >= failingNeeded &&
    slowLower >= windowPolicy.slowRate;
  return {
    trips: failuresTrip || slowTrip,
    by: failuresTrip ? 'failures' : slowTrip ? 'slow' : null,
    volume,
    failures,
    rate: volume === 0 ? 0 : failures / volume,
    lower,
    slowRate: calls === 0 ? 0 : slow / calls,
    slowLower,
    enoughCalls,
    enoughBuckets,
    failingNeeded,
    quorumReached,
    bounded,
  };
}

/**
 * How many instances have to fail: max(2, quorum × reporting) as soon as two are connected or reporting, so that one
 * bad node cannot open a breaker for all. A lone instance speaks for itself.
 */
export function quorumOf(quorum: number, reporting: number, connected: number): number {
  if (Math.max(reporting, connected) < 2) return 1;
  // 0.07 × 100 is 7.000000000000001 in binary; that must stay 7.
  return Math.max(2, Math.ceil(quorum * reporting - 1e-9));
}

export interface BoundedVolume {
  readonly volume: number;
  readonly failures: number;
  readonly bounded: boolean;
}

/**
 * The window's volume with no instance above 2/n of it, n being the reporting instances; exact for n ≤ 2.
 *
 * An instance above the cap c counts as c calls at its own failure rate. With k instances capped and R calls of all
 * others, c must be 2/n of the new volume: c = (2/n)·(R + k·c), so c = 2R / (n − 2k). Instances are capped from
 * the heaviest down until the next one is below the cap that results.
 */
export function boundWeights(window: WindowEvidence): BoundedVolume {
  const calls = callsOf(window.counts);
  const failures = window.counts.failures;
  const n = window.reporting;
  if (n <= 2 || window.heaviest.length === 0) return { volume: calls, failures, bounded: false };
  const heaviest = [...window.heaviest].sort((a, b) => b.calls - a.calls);
  let rest = calls;
  let restFailures = failures;
  let rates = 0;
  let capped = 0;
  for (const instance of heaviest) {
    const cap = (2 * rest) / (n - 2 * capped);
    if (instance.calls <= cap || n - 2 * (capped + 1) <= 0) break;
    rest = Math.max(0, rest - instance.calls);
    restFailures = Math.max(0, restFailures - instance.failures);
    rates += instance.failures / instance.calls;
    capped += 1;
  }
  const cap = capped === 0 ? 0 : (2 * rest) / (n - 2 * capped);
  return {
    volume: rest + capped * cap,
    failures: Math.min(restFailures, rest) + rates * cap,
    bounded: capped > 0,
  };
}

function connectedOf({ acks, partial }: Evidence): number {
  return partial === true ? 0 : (acks?.connected ?? 0);
}
