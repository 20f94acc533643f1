import type {
  BreakerRecord,
  BreakerView,
  EnvironmentKind,
  Millis,
  Outage,
  Rule,
  Segment,
  Transition,
  TransitionEvidence,
} from '@recloser/core';
import type { Actor } from '@recloser/protocol';

/** What people say about a breaker; the same in every environment of its project. */
export interface BreakerMeta {
  readonly name: string;
  readonly description: string;
  readonly owner: string;
  readonly tags: readonly string[];
  /** Context attribute that names the cohort key. */
  readonly cohortKey: string;
  /** Its recovery group, all members of which have one salt; null: it has a salt of its own. */
  readonly group: string | null;
  /** Named by an SDK, not by a person. */
  readonly discovered: boolean;
  readonly createdAt: Millis;
}

/** What moved a breaker last. */
export interface LastTransition {
  readonly at: Millis;
  readonly action: string;
  readonly reason: string;
  readonly actor: Actor;
  readonly evidence: TransitionEvidence;
}

/** A breaker of one environment as it is stored. */
export interface LockedBreaker extends BreakerRecord {
  readonly environmentId: string;
  readonly breakerId: string;
  readonly meta: BreakerMeta;
  readonly salt: string;
  readonly rules: readonly Rule[];
  /** Those that the rules name, as they are now. */
  readonly segments: readonly Segment[];
  /** Configuration version: +1 on every edit. */
  readonly revision: number;
  /** The environment's seq of its last change; 0 before the first. */
  readonly seq: number;
  /** Look again no later than this; null: only when signals arrive. */
  readonly dueAt: Millis | null;
  readonly changedAt: Millis;
  /** null: it has never changed its state. */
  readonly last: LastTransition | null;
  /** The outage that its state belongs to; null: none. */
  readonly outage: Outage | null;
}

/** The same with what SDKs see of it at `now`. */
export interface LoadedBreaker extends LockedBreaker {
  readonly view: BreakerView;
  /** The database's clock when it was read. */
  readonly now: Millis;
}

/** What `decide` wants done with one breaker. */
export interface CommitChange {
  readonly transition: Transition;
  /** For the audit log, e.g. "breaker.trip" or "transition.fast_window". */
  readonly action: string;
  readonly reason: string;
  readonly dueAt: Millis | null;
}

/** No change, but another time to look at it again. Leaves no trace in the audit log. */
export interface Reschedule {
  readonly transition: null;
  readonly dueAt: Millis | null;
}

/** null: leave it alone. */
export type Decision = CommitChange | Reschedule | null;

/** One change that has been committed. */
export interface CommittedChange {
  readonly key: string;
  readonly seq: number;
  /** null: the breaker is gone. */
  readonly view: BreakerView | null;
  readonly auditId: string;
}

/** Where an environment's change log stands. */
export interface EnvironmentHead {
  readonly id: string;
  readonly epoch: string;
  readonly seq: number;
}

export interface StoredEnvironment extends EnvironmentHead {
  readonly projectId: string;
  readonly projectKey: string;
  readonly key: string;
  readonly name: string;
  readonly kind: EnvironmentKind;
}
