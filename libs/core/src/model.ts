import type { Rule, Segment } from './targeting.js';

/** The vocabulary of the domain. Every other package builds its schemas and tables from these arrays and types. */

import type { CallPolicy, CallView } from './call-policy.js';

export const STATE_KINDS = ['closed', 'open', 'probing', 'ramping', 'dimmed'] as const;
export type StateKind = (typeof STATE_KINDS)[number];

export const MODES = ['auto', 'held', 'observe'] as const;
export type Mode = (typeof MODES)[number];

export const ENVIRONMENT_KINDS = ['production', 'development'] as const;
export type EnvironmentKind = (typeof ENVIRONMENT_KINDS)[number];

export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** How much of the traffic may pass: an integer 0…2³², where 2³² is all of it. */
export type Admission = number;

/** Milliseconds since the Unix epoch on the store's clock. */
export type Millis = number;

/**
 * One state of a breaker in one environment. Its admission is a function of it (see `admissionOf`).
 * `outageStartedAt` and `relapses` travel through the whole recovery, so that its length and back-off can be derived.
 */
export type BreakerState =
  | {
      readonly kind: 'closed';
      readonly since: Millis;
      /** Relapse count to go on from when it trips again before `stableAt`. */ readonly relapses: number;
      readonly stableAt: Millis;
      /** In observe: when the last episode that would have tripped it was recorded. */ readonly wouldHaveTrippedAt?: Millis;
    }
  | {
      readonly kind: 'open';
      readonly since: Millis;
      /** null: stays open until a person acts. */ readonly coolDownEndsAt: Millis | null;
      readonly outageStartedAt: Millis;
      readonly rateBefore: number;
      readonly relapses: number;
    }
  | {
      readonly kind: 'probing';
      readonly since: Millis;
      readonly round: number;
      readonly roundStartedAt: Millis;
      readonly outageStartedAt: Millis;
      readonly rateBefore: number;
      readonly relapses: number;
    }
  | {
      readonly kind: 'ramping';
      readonly since: Millis;
      /** Rising admissions, each below 2³²; the step after the last is `closed`. */
      readonly ladder: readonly Admission[];
      readonly step: number;
      /** Set exactly by a person instead of the ladder's step; null otherwise. */
      readonly exact: Admission | null;
      /** When this step was committed. */
      readonly stepStartedAt: Millis;
      /** When the acknowledgement quorum had applied it; null while waiting. The dwell counts from here. */
      readonly dwellStartedAt: Millis | null;
      readonly dwellMs: number;
      /** A person stopped the ladder here; only a person moves it on. Evidence may still trip it. */
      readonly paused: boolean;
      /** When a pause ends by itself; absent or null: a person ends it. */
      readonly pausedUntil?: Millis | null;
      readonly outageStartedAt: Millis;
      readonly rateBefore: number;
      readonly relapses: number;
    }
  | { readonly kind: 'dimmed'; readonly since: Millis; readonly admission: Admission };

/** Who may move the state. `until` (held only) is when the breaker returns to auto by itself. */
export type Control =
  | { readonly mode: 'auto' }
  | { readonly mode: 'observe' }
  | { readonly mode: 'held'; readonly until: Millis | null };

/** One sliding window of the trip policy. */
export interface WindowPolicy {
  readonly lengthMs: number;
  /** 0…1 */
  readonly failureRate: number;
  /** 0…1, or null when slow calls do not trip. */
  readonly slowRate: number | null;
  /** Failures must lie in at least this many distinct 250 ms buckets. */
  readonly minFailingBuckets: number;
}

/** So many failed calls in a row over the whole fleet trip a breaker. */
export interface ConsecutivePolicy {
  readonly failures: number;
  /** Made by at least so many instances; fewer are enough when fewer are connected. */
  readonly instances: number;
  /** All of them within this. */
  readonly withinMs: number;
}

/** Who is let in first: by a hash of the cohort key, or by its last hex digit. */
export const COHORTS = ['hash', 'suffix'] as const;
export type Cohort = (typeof COHORTS)[number];

export interface RecoveryPolicy {
  readonly coolDownMs: number;
  readonly coolDownMaxMs: number;
  /** Share of the cool-down added at random at most, 0…1. */
  readonly coolDownJitter: number;
  /** Closed for this long: the relapse count starts again from 0. */
  readonly stableMs: number;
  /** Probe calls for the whole fleet, all of which must succeed. */
  readonly probes: number;
  readonly probeTtlMs: number;
  readonly ladder: readonly Admission[];
  readonly cohort: Cohort;
  /** Calls per second that the whole fleet makes at most while ramping, whoever is let in; null: no limit. */
  readonly maxRps: number | null;
  readonly dwellPerOutage: number;
  readonly dwellMinMs: number;
  readonly dwellMaxMs: number;
  /** 0…1: a step passes at a failure rate up to max(this, rate before the outage + 0.05). */
  readonly recoveryRate: number;
  readonly minCalls: number;
  readonly onStepFailure: 'step_back' | 'open';
  readonly onLowTraffic: 'advance_after' | 'hold';
  readonly lowTrafficMaxMs: number;
  /** 0…1: share of connected instances that must have applied a step before its dwell starts. */
  readonly ackQuorum: number;
  readonly ackTimeoutMs: number;
}

export interface Policy {
  readonly fast: WindowPolicy;
  readonly slow: WindowPolicy;
  readonly minCalls: number;
  /** 0…1: share of reporting instances that must be failing. */
  readonly quorum: number;
  /** For rare calls, beside both windows; null: off. */
  readonly consecutive: ConsecutivePolicy | null;
  readonly recovery: RecoveryPolicy;
  readonly call: CallPolicy;
}

/** What a decision needs to know of one breaker; the same value in the SDK, the API and the console. */
export interface BreakerView {
  readonly key: string;
  /** State version: outcomes are counted under it. +1 on every change of state. */
  readonly version: number;
  readonly state: StateKind;
  readonly mode: Mode;
  readonly admission: Admission;
  readonly salt: string;
  /** Context attribute that names the cohort key; 'accountId' by default. */
  readonly cohortKey: string;
  /** Absent: 'hash'. */
  readonly cohort?: Cohort;
  /** Only while ramping under a rate limit: calls per second of the whole fleet. */
  readonly maxRps?: number;
  readonly rules: readonly Rule[];
  /** Those that the rules name. */
  readonly segments?: readonly Segment[];
  readonly call: CallView;
  /** When the next change is due at the earliest, for `retryAfterMs`; a duration measured at serialisation, or null. */
  readonly retryAfterMs: number | null;
  /** Only while probing: the round in progress and how many permits it has for the whole fleet. Hubs hand them out. */
  readonly probe?: ProbeRound;
  /** Lengths of the trip windows in ms where they are not the default policy's; hubs count instances over them. */
  readonly windows?: readonly number[];
}

/** One round of probe calls. A permit that is not used lapses after `ttlMs`. */
export interface ProbeRound {
  readonly round: number;
  readonly permits: number;
  readonly ttlMs: number;
}

export type DecisionReason =
  | 'closed'
  | 'observe'
  | 'cohort'
  | 'rule'
  | 'open'
  | 'probe'
  | 'forced'
  | 'unknown'
  | 'local'
  | 'limited';

export interface AdmissionDecision {
  readonly admitted: boolean;
  readonly reason: DecisionReason;
  /** The effective admission that was compared with. */
  readonly admission: Admission;
  /** 0…2³²−1: the caller's place, or null without a key where none was needed. */
  readonly bucket: number | null;
  readonly ruleId?: string;
  /** False when only a rule let it in: such calls are no evidence for a ramp. */
  readonly evidence: boolean;
}

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
  /** Of those: more than half of the calls failed and at least two did. */
  readonly failing: number;
  /** The instances with the most failures, capped; to bound one instance's weight. */
  readonly heaviest: readonly InstanceCounts[];
  /** Start of the first and of the last bucket with a failure; null: none; absent: not known. */
  readonly firstFailureAt?: Millis | null;
  readonly lastFailureAt?: Millis | null;
  /** Of the reporting instances: more than half of the calls were slow and at least two were; absent: not known. */
  readonly slowInstances?: number;
  /** Failed calls with no success after them; only where it was asked for. */
  readonly run?: FailureRun;
  /** What instances left out for their own stalls; absent: nothing. */
  readonly lag?: LagEvidence;
  /** So many of them lagged that none is left out: what `lag` tells is in the other figures already. */
  readonly lagCounted?: boolean;
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
}

/** Answers to the probe permits of one round. */
export interface ProbeEvidence {
  readonly round: number;
  readonly claimed: number;
  readonly succeeded: number;
  readonly failed: number;
  /** When the last permit was claimed; null: none was; absent: not known. */
  readonly lastClaimedAt?: Millis | null;
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
  readonly fast: WindowEvidence | null;
  readonly slow: WindowEvidence | null;
  /** Since the dwell of the current step started; admitted cohort only. */
  readonly step: WindowEvidence | null;
  /** Over `policy.consecutive.withinMs`; absent where the policy has none. */
  readonly consecutive?: WindowEvidence | null;
  readonly probe: ProbeEvidence | null;
  readonly acks: AckEvidence | null;
}

/** The part of a breaker's record that decisions read and change. */
export interface BreakerRecord {
  readonly key: string;
  readonly version: number;
  readonly state: BreakerState;
  readonly control: Control;
  readonly policy: Policy;
}

/** What a person can ask for. Each takes a reason, checked at the door. */
export type Command =
  | { readonly type: 'trip'; readonly until: Millis | null }
  | { readonly type: 'restore' }
  | { readonly type: 'ramp.start' }
  | { readonly type: 'ramp.hold'; readonly until: Millis | null }
  | { readonly type: 'ramp.resume' }
  | { readonly type: 'ramp.next' }
  | { readonly type: 'ramp.back' }
  | { readonly type: 'ramp.set'; readonly admission: Admission }
  | { readonly type: 'ramp.abort' }
  | { readonly type: 'ramp.finish' }
  | { readonly type: 'mode.set'; readonly mode: Mode; readonly until: Millis | null };

export const TRANSITION_CAUSES = [
  'fast_window',
  'slow_window',
  'consecutive',
  'cool_down_ended',
  'probe_passed',
  'probe_failed',
  'probe_reissued',
  'dwell_started',
  'step_passed',
  'step_passed_low_traffic',
  'step_failed',
  'hold_ended',
  'command',
  'would_have_tripped',
] as const;
export type TransitionCause = (typeof TRANSITION_CAUSES)[number];

/** Why a transition happened: kept in the audit log, shown in the console. */
export interface TransitionEvidence {
  readonly cause: TransitionCause;
  /** The condition in words, with its figures: "412 of 431 calls failed (95.6 %, at least 93.2 %) in 2 s …". */
  readonly summary: string;
  readonly window: WindowEvidence | null;
  readonly probe: ProbeEvidence | null;
  readonly acks: AckEvidence | null;
}

/** A decided change. `versionChanged` is false for changes that keep the counts (dwell start, a new probe round, mode). */
export interface Transition {
  readonly state: BreakerState;
  readonly control: Control;
  readonly versionChanged: boolean;
  readonly evidence: TransitionEvidence;
}

/** `dueAt`: look again no later than this; null: only when signals arrive. */
export interface Outcome {
  readonly transition: Transition | null;
  readonly dueAt: Millis | null;
}
