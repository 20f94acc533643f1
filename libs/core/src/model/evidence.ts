import type { LatencyFigures } from './latency.js';
import type { Millis } from './units.js';

/** Outcome counts of one 250 ms bucket (or of any sum of buckets). `calls` = ended or stalled calls that count = ok + failures. */
export interface Counts {
  readonly ok: number;
  /** Failed calls: errors, timeouts and stalled ones; stalled counts once, before the call ends. */
  readonly failures: number;
  /** Of all counted calls, those that were slow. */
  readonly slow: number;
  /** Of failures: timeouts. */
  readonly timeouts: number;
  /** Of failures: calls reported while still in flight. */
  readonly stalled: number;
  /** Rejected by admission; demand = ok + failures + rejected + limited. */
  readonly rejected: number;
  /** 429s, counted apart; they block a step from passing. */
  readonly throttled: number;
  /** Own event-loop lag: never counted against the dependency. */
  readonly localLag: number;
  /** Calls that only a rule let in; they are in none of the other counts while the breaker is not closed. */
  readonly ruledOk: number;
  readonly ruledFailures: number;
  /** Let in by admission, and turned away by the rate limit of the recovery: no evidence of anything. */
  readonly limited: number;
}

export const BUCKET_MS = 250;

/** What one evaluation knows about one window of one breaker under one state version. */
export interface WindowEvidence {
  readonly lengthMs: number;
  readonly counts: Counts;
  /** Distinct 250 ms buckets with at least one failure. */
  readonly failingBuckets: number;
  /** Instances that reported at least one counted call in the window. */
  readonly reporting: number;
  /** Of those: the rate of their own calls is above the tolerated one (see `isFailingInstance`). */
  readonly failing: number;
  /** The instances with the most failures, capped; to bound one instance's weight. */
  readonly heaviest: readonly InstanceCounts[];
  /** Start of the first and of the last bucket with a failure; null: none; absent: not known. */
  readonly firstFailureAt?: Millis | null;
  readonly lastFailureAt?: Millis | null;
  /** Of the reporting instances: their share of slow calls is above the tolerated one; absent: not known. */
  readonly slowInstances?: number;
  /** Failed calls with no success after them; only where it was asked for. */
  readonly run?: FailureRun;
  /** What instances left out for their own stalls; absent: nothing. */
  readonly lag?: LagEvidence;
  /** So many of them lagged that none is left out: what `lag` tells is in the other figures already. */
  readonly lagCounted?: boolean;
  /** The same by service, zone and region; absent: nothing failed, or not known. */
  readonly groups?: readonly GroupCounts[];
  /** By SDK key, those that fail most first; absent: the whole fleet has one key, or nothing failed, or not known. */
  readonly keys?: readonly KeyCounts[];
  /** What instances decided alone while nobody decided for the fleet; absent: none still rejects on its own. */
  readonly local?: LocalOpenings;
  /** Instances that the dependency has asked to wait (`Retry-After`); absent: none. */
  readonly wait?: WaitEvidence;
  /** What opened the breaker; absent where this window did not. */
  readonly excess?: ExcessEvidence;
}

/** Instances of one SDK key. */
export interface KeyCounts {
  readonly keyId: string;
  /** Instances that reported at least one counted call. */
  readonly reporting: number;
  readonly failing: number;
  /** The key's name; absent: not looked up, or not known. */
  readonly name?: string;
}

/** Instances that opened the breaker on their own, without the control plane, and still reject. */
export interface LocalOpenings {
  /** By SDK key, all instances that wanted a call within the last 5 s. */
  readonly keys: readonly KeyOpenings[];
  /** Instances whose latest calls are as the policy tolerates. */
  readonly well: number;
  /** Calls, and failed ones, on which the instances opened. */
  readonly calls: number;
  readonly failures: number;
  /** The latest of those failures. */
  readonly failedAt: Millis;
  /** When the first of these reports arrived. */
  readonly heardAt: Millis;
}

export interface KeyOpenings {
  readonly keyId: string;
  readonly reporting: number;
  readonly opened: number;
  /** When they opened, the earliest first, at most 32. */
  readonly openedAt: readonly Millis[];
  /** The key's name; absent: not looked up, or not known. */
  readonly name?: string;
}

/** How many instances a dependency has asked to wait, and until when. */
export interface WaitEvidence {
  /** Instances that made calls lately, asked or not. */
  readonly reporting: number;
  /** How many of them have to wait at least until a time; later times have fewer instances. */
  readonly until: readonly (readonly [until: Millis, instances: number])[];
}

/** By how much, and for how long, calls were worse than the policy tolerates. */
export interface ExcessEvidence {
  readonly toleratedRate: number;
  /** Reached, and needed, in ms of calls that all fail. */
  readonly excessMs: number;
  readonly neededMs: number;
  /** Calls, and failed or slow ones, since the excess began. */
  readonly calls: number;
  readonly bad: number;
  /** Start of the first bucket of the excess, and the time with calls since then, in ms. */
  readonly startedAt: Millis;
  readonly observedMs: number;
}

/** Calls of one bucket. */
export interface BucketCounts {
  readonly at: Millis;
  /** How much of the bucket has passed, in ms. */
  readonly ms: number;
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
  /** Timeouts left out for stalls of the callers' own event loops; in none of the others. */
  readonly localLag: number;
}

/** The failures at the end of a window, later than every bucket with a success. */
export interface FailureRun {
  readonly failures: number;
  /** Start of its first bucket; null: no failure. */
  readonly startedAt: Millis | null;
}

/** What a window would show if no timeout were left out for a stall of the caller's own event loop. */
export interface LagEvidence {
  /** Instances with such a timeout. */
  readonly instances: number;
  /** Instances with a counted call or such a timeout. */
  readonly reporting: number;
  /** Of those: more than half failed and at least two did, such timeouts counted as failures. */
  readonly failing: number;
  /** Distinct buckets with a failure or such a timeout. */
  readonly failingBuckets: number;
}

export interface InstanceCounts {
  readonly instanceId: string;
  readonly service: string;
  readonly zone: string | null;
  readonly calls: number;
  readonly failures: number;
  /** Start of the last bucket with a failure; absent: none, or not known. */
  readonly lastFailureAt?: Millis;
  /** Timeouts left out for the instance's own stalls, in neither of the two; absent: none. */
  readonly localLag?: number;
  readonly region?: string | null;
  readonly slow?: number;
  /** Distinct 250 ms buckets with at least one failure. */
  readonly failingBuckets?: number;
  /** Distinct 250 ms buckets with at least one call; absent: not known. */
  readonly observedBuckets?: number;
  /** The SDK key that it came with; absent: not known. */
  readonly keyId?: string;
}

/** The instances of one service in one zone and region. */
export interface GroupCounts {
  /** null: all that are beyond the groups kept apart. */
  readonly service: string | null;
  readonly zone: string | null;
  readonly region: string | null;
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
  readonly reporting: number;
  readonly failing: number;
  readonly slowInstances: number;
  /** Distinct 250 ms buckets with at least one failure: at least so many. */
  readonly failingBuckets: number;
  /** Distinct 250 ms buckets with at least one call: at least so many; absent: not known. */
  readonly observedBuckets?: number;
  /** By SDK key, at most 8, those that fail most first; absent: nothing failed in the window, or not known. */
  readonly keys?: readonly KeyCounts[];
}

/** Answers to the probe permits of one round. */
export interface ProbeEvidence {
  readonly round: number;
  readonly claimed: number;
  readonly succeeded: number;
  readonly failed: number;
  /** When the last permit was claimed; null: none was; absent: not known. */
  readonly lastClaimedAt?: Millis | null;
  /** Why one of them failed, as far as who asked could tell; absent: nothing failed, or not known. */
  readonly reason?: string;
  /** The longest of the calls that succeeded, in ms; absent: not known. */
  readonly slowestMs?: number;
}

/** Who has applied what, over all API nodes. */
export interface AckEvidence {
  /** Connected and heard within 5 s. */
  readonly connected: number;
  /** Of those: acknowledged the seq of the breaker's last change. */
  readonly applied: number;
  /** Names of those behind, capped at 20. */
  readonly behind: readonly string[];
}

/** Everything outside the breaker's own record that a decision may use. Missing means unknown, never healthy. */
export interface Evidence {
  /** What instances and parts of the fleet look like, the shortest window first; empty: not known. */
  readonly windows: readonly WindowEvidence[];
  /** The fleet's buckets with calls, from the first failed or slow one within reach, in order; null: not asked for. */
  readonly buckets: readonly BucketCounts[] | null;
  /** Since the dwell of the current step started; admitted cohort only. */
  readonly step: WindowEvidence | null;
  /** Over `policy.consecutive.withinMs`; absent where the policy has none. */
  readonly consecutive?: WindowEvidence | null;
  /** The last seconds, while admission follows the load; absent where it does not. */
  readonly load?: WindowEvidence | null;
  readonly probe: ProbeEvidence | null;
  readonly acks: AckEvidence | null;
  /**
   * Latencies: while closed or dimmed, those of the minute before an excess; while ramping, those of the present step.
   * Null or absent: not known.
   */
  readonly latency?: LatencyFigures | null;
  /** The windows leave out parts of the fleet whose calls `buckets` still holds. */
  readonly reduced?: boolean;
  /** Of one part of the fleet: how many of its instances are connected is not known. */
  readonly partial?: boolean;
  /** Instances that were connected when others opened by themselves, or later; absent: not asked for, or not known. */
  readonly known?: number;
  /** Of each partition state, by its version. */
  readonly scopes?: ReadonlyMap<number, Evidence>;
}
