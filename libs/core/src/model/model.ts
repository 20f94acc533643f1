import type { AdaptivePolicy } from './adaptive-policy.js';
import type { AckEvidence, ProbeEvidence, WindowEvidence } from './evidence.js';
import type { CallPolicy, CallView } from './call-policy.js';
import type { ProbeCheck } from './probe-check.js';
import type { TripPolicy } from './trip-policy.js';
import type { Rule, Segment } from './rules.js';
import type { Admission, Millis } from './units.js';

/** What is counted and known is the other half of the vocabulary. */
export * from './evidence.js';
export * from './units.js';

/** The vocabulary of the domain. Every other package builds its schemas and tables from these arrays and types. */

export const STATE_KINDS = ['closed', 'open', 'probing', 'ramping', 'dimmed'] as const;
export type StateKind = (typeof STATE_KINDS)[number];

export const MODES = ['auto', 'held', 'observe'] as const;
export type Mode = (typeof MODES)[number];

/** Parts of a fleet that can have a state of their own, the narrowest first. */
export const PARTITION_KINDS = ['instance', 'service', 'zone', 'region'] as const;
export type PartitionKind = (typeof PARTITION_KINDS)[number];

/** One part of a fleet: every instance whose attribute `kind` is `value`. */
export interface Partition {
  readonly kind: PartitionKind;
  readonly value: string;
}

/** The larger parts that a part lies in, as far as they are known. */
export interface EnclosingPartitions {
  readonly service?: string;
  readonly zone?: string;
  readonly region?: string;
}

export const ENVIRONMENT_KINDS = ['production', 'development'] as const;
export type EnvironmentKind = (typeof ENVIRONMENT_KINDS)[number];

export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** What a recovery carries from the opening to the close: one outage, however many probe rounds fail in it. */
export interface OutageContext {
  readonly outageStartedAt: Millis;
  /** Failure rate before it, 0…1. */
  readonly rateBefore: number;
  /** How often it failed again after calls had been let in. */
  readonly relapses: number;
  /** Latencies before it; absent: not known. */
  readonly latencyBefore?: LatencyBefore;
}

/** What a warm dependency is recognised by, in ms. */
export interface LatencyBefore {
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/**
 * One state of a breaker in one environment. Its admission is a function of it (see `admissionOf`).
 */
export type BreakerState =
  | {
      readonly kind: 'closed';
      readonly since: Millis;
      /** Relapse count to go on from when it trips again before `stableAt`. */ readonly relapses: number;
      readonly stableAt: Millis;
      /** In observe: when the last episode that would have tripped it was recorded. */ readonly wouldHaveTrippedAt?: Millis;
      /** It was dimmed by load until it closed; absent: it was not. */
      readonly load?: Pick<LoadDimming, 'raiseWaitMs'>;
    }
  | ({
      readonly kind: 'open';
      readonly since: Millis;
      /** null: stays open until a person acts. */ readonly coolDownEndsAt: Millis | null;
      /** While a person holds it open, rules still decide for those that they match; absent: nobody passes. */ readonly keepsRules?: true;
    } & OutageContext)
  | ({
      readonly kind: 'probing';
      readonly since: Millis;
      readonly round: number;
      readonly roundStartedAt: Millis;
      /** Probes that succeeded in earlier rounds, none of which failed; absent: none. */
      readonly passed?: number;
    } & OutageContext)
  | ({
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
      /** Of this step, in ms. */
      readonly dwellMs: number;
      /** Of the last step, in ms: a smaller step holds for its part of it. Absent: all steps hold for `dwellMs`. */
      readonly lastDwellMs?: number;
      /** A person stopped the ladder here; only a person moves it on. Evidence may still trip it. */
      readonly paused: boolean;
      /** When a pause ends by itself; absent or null: a person ends it. */
      readonly pausedUntil?: Millis | null;
    } & OutageContext)
  | {
      readonly kind: 'dimmed';
      readonly since: Millis;
      readonly admission: Admission;
      /** When it ramps up again by itself; absent or null: a person restores it. */
      readonly until?: Millis | null;
      /** Load moves the admission; absent: a person or a schedule has set it. */
      readonly load?: LoadDimming;
    };

/** How load has moved a dimmed breaker. */
export interface LoadDimming {
  readonly changedAt: Millis;
  /** The admission that was too much last; null: a larger one has held since. */
  readonly ceiling: Admission | null;
  /** The last change was a step up. */
  readonly rising: boolean;
  /** How long a step up to the ceiling waits, in ms: twice as long after each that had to be taken back. */
  readonly raiseWaitMs: number;
  /** Relapse count from before, which goes on when it is closed. */
  readonly relapses: number;
  /** The dependency asked to wait until then; `admission` is what follows. Absent: it did not. */
  readonly wait?: { readonly until: Millis; readonly admission: Admission };
}

/** Who may move the state. `until` (held only) is when the breaker returns to auto by itself. */
export type Control =
  | { readonly mode: 'auto' }
  | { readonly mode: 'observe' }
  | { readonly mode: 'held'; readonly until: Millis | null };

/**
 * A part of the fleet with a state of its own. Outcomes of its instances are counted under its version, which comes
 * from the breaker's one counter, so that they are in no other state's windows. Closed and automatic, it is over, and
 * only remembered until `stableAt` for the back-off of a relapse.
 */
export interface PartitionState {
  readonly scope: Partition;
  readonly version: number;
  readonly state: BreakerState;
  readonly control: Control;
  readonly within: EnclosingPartitions;
  /** Instances that it was made for, as far as they had reported; 0: not known. */
  readonly instances: number;
  /** What moved it last; absent until it is written. */
  readonly last?: PartitionChange;
  /** The outage that its state belongs to; absent or null: none, or not known. */
  readonly outage?: Outage | null;
}

/** One outage: from its first failure to its close, whatever number of probe rounds fail meanwhile. */
export interface Outage {
  /** Start of its first failing bucket; for an outage that a person began, when the person did. */
  readonly startedAt: Millis;
  /** What opened the breaker first; null: not known. */
  readonly cause: TransitionCause | null;
  /** The condition in words, with its counts; '' when it is not known. */
  readonly summary: string;
  /** Name of the person who opened it; null: evidence did. */
  readonly actor: string | null;
  /** Probe rounds that have failed since. */
  readonly failedRounds: number;
}

/** What moved a partition state, and who. */
export interface PartitionChange {
  readonly at: Millis;
  readonly cause: TransitionCause;
  readonly summary: string;
  /** Name of the person; null: nobody but the evidence. */
  readonly actor: string | null;
  readonly reason: string;
}

/** Opens a breaker after this many failed calls in a row, across the fleet. */
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
  /** Answers the probes instead of calls of users, so that none is risked; null: calls do. */
  readonly probe: ProbeCheck | null;
  readonly ladder: readonly Admission[];
  /** Always begins at the first step and never shortens one, however warm the dependency seems. */
  readonly coldSensitive: boolean;
  readonly cohort: Cohort;
  /** Calls per second that the whole fleet makes at most while ramping, whoever is let in; null: no limit. */
  readonly maxRps: number | null;
  /** How long the last step holds, as a share of the outage; smaller steps hold for their part of it. */
  readonly dwellPerOutage: number;
  readonly dwellMinMs: number;
  readonly dwellMaxMs: number;
  /** 0…1: a step passes at a failure rate up to max(this, rate before the outage + 0.05). */
  readonly recoveryRate: number;
  /** Calls that the last step has to see; smaller steps ask for their part of it. */
  readonly minCalls: number;
  readonly onStepFailure: 'step_back' | 'open';
  readonly onLowTraffic: 'advance_after' | 'hold';
  readonly lowTrafficMaxMs: number;
  /** 0…1: share of connected instances that must have applied a step before its dwell starts. */
  readonly ackQuorum: number;
  readonly ackTimeoutMs: number;
}

export interface Policy {
  readonly trip: TripPolicy;
  /** How much evidence it takes to open: as much as this many failed calls in a row. Also the least that says anything of a part's rest. */
  readonly minCalls: number;
  /** 0…1: share of reporting instances that must be failing. */
  readonly quorum: number;
  /** For rare calls, beside the excess; null: off. */
  readonly consecutive: ConsecutivePolicy | null;
  /** Admission follows what the dependency accepts; null: off. */
  readonly adaptive: AdaptivePolicy | null;
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
  /** Only while a person holds it open: rules still decide for those that they match; absent: nobody passes. */
  readonly keepsRules?: true;
  /** Only while ramping under a rate limit: calls per second of the whole fleet, or of a part that ramps alone. */
  readonly maxRps?: number;
  readonly rules: readonly Rule[];
  /** Those that the rules name. */
  readonly segments?: readonly Segment[];
  readonly call: CallView;
  /** When the next change is due at the earliest, for `retryAfterMs`; a duration measured at serialisation, or null. */
  readonly retryAfterMs: number | null;
  /** Only while probing: the round in progress and how many permits it has for the whole fleet. Hubs hand them out. */
  readonly probe?: ProbeRound;
  /** Hubs only: lengths of the windows in ms in which they compare instances; absent: `INSTANCE_WINDOWS_MS`. */
  readonly windows?: readonly number[];
  /** Hubs only: the rate from which an instance counts as failing, 0…1; absent: the default policy's. */
  readonly toleratedRate?: number;
  /** Hubs only: the rate from which an instance counts as slow, 0…1; absent: one half. */
  readonly toleratedSlowRate?: number;
  /** Parts of the fleet with a state of their own, the narrowest first, at most 32. */
  readonly scopes?: readonly PartitionView[];
  /** Hubs only: the highest version given so far, where it belongs to a partition state. */
  readonly lastVersion?: number;
}

/** The view of one instance. */
export interface InstanceView extends BreakerView {
  /** The part of the fleet whose state this is; absent: the fleet's. */
  readonly scope?: Partition;
}

/** What differs for the instances of one part of the fleet. */
export interface PartitionView
  extends
    Partition,
    Pick<BreakerView, 'version' | 'state' | 'mode' | 'admission' | 'retryAfterMs' | 'keepsRules'> {
  readonly probe?: ProbeRound;
  /** Only while ramping under a rate limit: calls per second of this part. */
  readonly maxRps?: number;
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
  /** 0…2³²−1: the caller's place, by its priority; or null without a key where none was needed. */
  readonly bucket: number | null;
  readonly ruleId?: string;
  /** False when only a rule let it in: such calls are no evidence for a ramp. */
  readonly evidence: boolean;
}

/** The part of a breaker's record that decisions read and change. */
export interface BreakerRecord {
  readonly key: string;
  readonly version: number;
  readonly state: BreakerState;
  readonly control: Control;
  readonly policy: Policy;
  /** Parts of the fleet with a state of their own, and those remembered; at most 32. */
  readonly scopes?: readonly PartitionState[];
  /** The highest version given so far, where it is above all that are in use. */
  readonly lastVersion?: number;
  /** Only for a part of a fleet that is decided as a breaker of its own: which one. */
  readonly part?: Partition;
}

/** What a person can ask for. Each takes a reason, checked at the door. */
export type Command =
  /** `keepsRules`: those that a rule admits still pass; absent: nobody does. */
  | { readonly type: 'trip'; readonly until: Millis | null; readonly keepsRules?: boolean }
  | { readonly type: 'restore' }
  /** Lets in so much of a closed breaker's traffic, until then; evidence may still open it. */
  | { readonly type: 'dim'; readonly admission: Admission; readonly until: Millis | null }
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
  'excess_failures',
  'excess_slow',
  // Of the two windows that decided in earlier versions: they stand in the audit log.
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
  'schedule',
  'trigger',
  'command',
  'would_have_tripped',
  'scope_widened',
  'scope_gone',
  'local_openings',
  'openings_held',
  'load_lowered',
  'load_raised',
] as const;
export type TransitionCause = (typeof TRANSITION_CAUSES)[number];

/** Why a transition happened: kept in the audit log, shown in the console. */
export interface TransitionEvidence {
  readonly cause: TransitionCause;
  /** The condition in words, with its figures. */
  readonly summary: string;
  readonly window: WindowEvidence | null;
  readonly probe: ProbeEvidence | null;
  readonly acks: AckEvidence | null;
  /** The part of the fleet that it is about; absent: the fleet. */
  readonly scope?: Partition;
  /** Parts whose calls were not counted, as they have a state of their own. */
  readonly leftOut?: readonly Partition[];
}

/** A decided change. `versionChanged` is false for changes that keep the counts (dwell start, a new probe round, mode). */
export interface Transition {
  readonly state: BreakerState;
  readonly control: Control;
  readonly versionChanged: boolean;
  readonly evidence: TransitionEvidence;
  /** The partition states afterwards, with their versions; absent: as they were. */
  readonly scopes?: readonly PartitionState[];
}

/** `dueAt`: look again no later than this; null: only when signals arrive. */
export interface DecisionResult {
  readonly transition: Transition | null;
  readonly dueAt: Millis | null;
}
