import { boundWeights } from './bounded.js';
import { judgeRun, type RunVerdict } from './consecutive.js';
import { addSpan, type Excess, isProven, knownMs, noExcess } from './excess.js';
import { callsOf } from '../model/counts.js';
import {
  BUCKET_MS,
  type BucketCounts,
  type Evidence,
  type ExcessEvidence,
  type Millis,
  type Policy,
  type WindowEvidence,
} from '../model/model.js';

/** Which calls are bad: the failed ones, or the slow ones. */
export type Measure = 'failures' | 'slow';

/** Calls have been worse than tolerated for long enough, and enough instances see it. */
export interface ExcessTrip {
  readonly cause: 'excess_failures' | 'excess_slow';
  /** The window in which instances were compared, with the excess that it was about. */
  readonly window: WindowEvidence;
  readonly verdict: ExcessVerdict;
}

export interface ExcessVerdict {
  readonly by: Measure;
  readonly excess: ExcessEvidence;
  readonly failingNeeded: number;
  /** True when an instance's weight had to be bounded. */
  readonly bounded: boolean;
}

/** Calls too rare for a rate have failed one after the other. */
export interface RunTrip {
  readonly cause: 'consecutive';
  readonly window: WindowEvidence;
  readonly verdict: RunVerdict;
}

export type TripVerdict = ExcessTrip | RunTrip;

type TripRules = Pick<Policy, 'trip' | 'minCalls' | 'quorum'>;

/** What opens a breaker: an excess of failures, then one of slow calls, then a run of failures; null: nothing does. */
export function evaluateTrip(policy: Policy, evidence: Evidence): TripVerdict | null {
  const excess = judgeExcess(policy, evidence, 'failures') ?? judgeExcess(policy, evidence, 'slow');
  if (excess !== null) return excess;
  const run = evidence.consecutive ?? null;
  if (run && policy.consecutive) {
    const verdict = judgeRun(policy.consecutive, run, connectedOf(evidence));
    if (verdict.trips) return { cause: 'consecutive', window: run, verdict };
  }
  return null;
}

/** What tells whether a window is worth a second look. */
export type SuspectWindow = Pick<WindowEvidence, 'counts' | 'failing' | 'slowInstances' | 'lag'>;

/**
 * Whether a window shows anything that could open a breaker or a part of it, so that its buckets are worth reading.
 * An excess grows only while the latest calls are worse than tolerated; half of that leaves room for chance.
 */
export function isSuspicious(
  { trip }: Pick<Policy, 'trip'>,
  window: SuspectWindow | undefined,
): boolean {
  if (window === undefined) return false;
  const { counts, failing, slowInstances = 0, lag } = window;
  const exceeds = (bad: number, tolerated: number): boolean =>
    bad > 0 && bad >= (callsOf(counts) * tolerated) / 2;
  const { toleratedRate, toleratedSlowRate } = trip;
  if (failing > 0 || lag !== undefined || exceeds(counts.failures, toleratedRate)) return true;
  return (
    toleratedSlowRate !== null && (slowInstances > 0 || exceeds(counts.slow, toleratedSlowRate))
  );
}

/** Judges the whole fleet by its buckets; instances are compared in the longest window within the excess. */
function judgeExcess(policy: Policy, evidence: Evidence, by: Measure): ExcessTrip | null {
  const tolerated = toleratedOf(policy, by);
  const { buckets } = evidence;
  if (tolerated === null || buckets === null) return null;
  const connected = connectedOf(evidence);
  const excess = noExcess();
  for (const bucket of buckets) addSpan(excess, spanOf(bucket, by), tolerated);
  const window = windowFor(evidence.windows, spanMs(excess, buckets));
  if (window === null) return null;
  const fleet = weighed(excess, window, by);
  const trip = tripOf(policy, window, { ...fleet, by, tolerated, connected });
  if (evidence.reduced !== true && (trip !== null || !fleet.bounded)) return trip;
  // A loud instance that is well hides the excess of all others, and the buckets hold the calls of parts that are left
  // out: then each window is judged with what it holds itself.
  for (const each of evidence.windows) {
    const observedMs = observedWithin(buckets, each.lengthMs);
    const found = judgeWindow(policy, each, by, { observedMs, connected });
    if (found !== null) return found;
  }
  return null;
}

/**
 * Judges one window alone, without its buckets: (rate − tolerated) × the time in which calls were made. What the
 * window holds from before the trouble counts against it, so this is slower than the buckets, and never quicker.
 */
export function judgeWindow(
  policy: TripRules,
  window: WindowEvidence,
  by: Measure,
  { observedMs, connected }: { readonly observedMs: number; readonly connected: number },
): ExcessTrip | null {
  const tolerated = toleratedOf(policy, by);
  if (tolerated === null) return null;
  const { volume, bad, bounded } = volumeOf(window, by);
  if (volume <= 0) return null;
  const startedAt = (by === 'failures' ? window.firstFailureAt : null) ?? 0;
  const excessMs = (bad / volume - tolerated) * observedMs;
  const excess = { ...noExcess(), excessMs, startedAt, observedMs, calls: volume, bad };
  return tripOf(policy, window, { excess, bounded, by, tolerated, connected });
}

interface Judged {
  readonly excess: Excess;
  readonly bounded: boolean;
  readonly by: Measure;
  readonly tolerated: number;
  readonly connected: number;
}

function tripOf(policy: TripRules, window: WindowEvidence, judged: Judged): ExcessTrip | null {
  const { excess, bounded, by, tolerated, connected } = judged;
  if (excess.startedAt === null || !isExcessive(policy, excess, tolerated)) return null;
  const failingNeeded = quorumOf(policy.quorum, window.reporting, connected);
  // Where hubs do not say how many instances are slow, at least as many must have reported.
  const failing = by === 'failures' ? window.failing : (window.slowInstances ?? window.reporting);
  if (failing < failingNeeded) return null;
  const evidence: ExcessEvidence = {
    toleratedRate: tolerated,
    excessMs: excess.excessMs,
    neededMs: policy.trip.excessMs,
    calls: excess.calls,
    bad: excess.bad,
    startedAt: excess.startedAt,
    observedMs: excess.observedMs,
  };
  return {
    cause: by === 'failures' ? 'excess_failures' : 'excess_slow',
    window: { ...window, excess: evidence },
    verdict: { by, excess: evidence, failingNeeded, bounded },
  };
}

/** Whether an excess is long enough, and its rate proven. Whether enough instances share it is another question. */
export function isExcessive(
  { trip, minCalls }: Pick<Policy, 'trip' | 'minCalls'>,
  excess: Excess,
  tolerated: number,
): boolean {
  return knownMs(excess) >= trip.excessMs && isProven(excess, tolerated, minCalls);
}

/** The fleet's excess without what a loud instance adds to it. */
function weighed(
  excess: Excess,
  window: WindowEvidence,
  by: Measure,
): { readonly excess: Excess; readonly bounded: boolean } {
  const { volume, bad, bounded } = volumeOf(window, by);
  const calls = callsOf(window.counts);
  if (!bounded || volume <= 0 || calls <= 0) return { excess, bounded };
  const lift = bad / volume - Math.min(calls, window.counts[by]) / calls;
  if (lift >= 0) return { excess, bounded };
  const rate = excess.calls <= 0 ? 0 : excess.bad / excess.calls;
  return {
    bounded,
    excess: {
      ...excess,
      excessMs: excess.excessMs + lift * excess.observedMs,
      bad: Math.max(0, Math.min(excess.bad, (rate + lift) * excess.calls)),
    },
  };
}

function volumeOf(
  window: WindowEvidence,
  by: Measure,
): { readonly volume: number; readonly bad: number; readonly bounded: boolean } {
  if (by === 'failures') {
    const { volume, failures, bounded } = boundWeights(window);
    return { volume, bad: failures, bounded };
  }
  const volume = callsOf(window.counts);
  return { volume, bad: Math.min(volume, window.counts.slow), bounded: false };
}

/** The rate that a policy tolerates, 0…1; null: this measure opens nothing. */
export function toleratedOf({ trip }: Pick<Policy, 'trip'>, by: Measure): number | null {
  return by === 'failures' ? trip.toleratedRate : trip.toleratedSlowRate;
}

function spanOf(bucket: BucketCounts, by: Measure) {
  const { at, ms, calls } = bucket;
  return { at, ms, calls, bad: Math.min(calls, bucket[by]) };
}

/** From the begin of the excess to the end of the last bucket, in ms. */
function spanMs({ startedAt }: Excess, buckets: readonly BucketCounts[]): number {
  const last = buckets.at(-1);
  return startedAt === null || last === undefined ? 0 : last.at + last.ms - startedAt;
}

/** The longest window that holds nothing from before the excess; the shortest one for a younger excess. */
function windowFor(windows: readonly WindowEvidence[], span: number): WindowEvidence | null {
  const [shortest = null] = windows;
  return (
    windows.findLast(({ lengthMs, reporting }) => lengthMs <= span && reporting > 0) ?? shortest
  );
}

/** The time with calls in the last `lengthMs`, in ms. */
export function observedWithin(buckets: readonly BucketCounts[], lengthMs: number): number {
  const last = buckets.at(-1);
  if (last === undefined) return 0;
  const from = last.at + last.ms - lengthMs;
  return buckets.reduce((sum, { at, ms, calls }) => sum + (at >= from && calls > 0 ? ms : 0), 0);
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

function connectedOf({ acks, partial }: Evidence): number {
  return partial === true ? 0 : (acks?.connected ?? 0);
}

/** The failure rate before an excess began; 0 when too little is known. At most half of what is tolerated. */
export function rateBefore(
  policy: Policy,
  startedAt: Millis,
  buckets: readonly BucketCounts[] | null,
): number {
  let calls = 0;
  let failures = 0;
  for (const bucket of buckets ?? []) {
    // The bucket before the excess may hold its first failures: a dependency rarely dies at the begin of one.
    if (bucket.at + BUCKET_MS >= startedAt) break;
    calls += bucket.calls;
    failures += bucket.failures;
  }
  if (calls < policy.minCalls || failures <= 0) return 0;
  // A recovery must never be called good at a rate that is about to open the breaker again.
  return Math.min(failures / calls, policy.trip.toleratedRate / 2);
}
