import {
  admissionOf,
  initialState,
  nextVersion,
  outageAfter,
  samePartition,
  type Millis,
  type Outage,
  type Partition,
  type PartitionState,
  type Transition,
  type TransitionEvidence,
} from '@recloser/core';
import type { Actor } from '@recloser/protocol';
import type { CommitChange, LockedBreaker } from '../rows/model.js';

/** A breaker after a change of one of its states, under the next version of its one counter where that changes. */
export function afterTransition(
  before: LockedBreaker,
  { transition, action, reason, dueAt }: CommitChange,
  actor: Actor,
  now: Millis,
): LockedBreaker {
  const { state, control, versionChanged, evidence, scopes = before.scopes ?? [] } = transition;
  const version = versionChanged ? nextVersion({ ...before, scopes }) : before.version;
  const scope = partitionChanged(before, transition);
  const who = actor.kind === 'system' ? null : actor.name;
  const after: LockedBreaker = {
    ...before,
    version,
    state,
    control,
    scopes,
    lastVersion: nextVersion({ ...before, version, scopes }) - 1,
    dueAt,
  };
  if (scope === undefined) {
    const last = { at: now, action, reason, actor, evidence };
    const change = { from: before.state, to: state, evidence, actor: who };
    return { ...after, changedAt: now, last, outage: outageAfter(before.outage, change) };
  }
  // What moved the fleet last is still why it is in its state; the part keeps its own.
  const last = {
    at: now,
    cause: evidence.cause,
    summary: evidence.summary,
    actor: who,
    reason,
  };
  const known = before.scopes?.find((partition) => samePartition(partition.scope, scope));
  return {
    ...after,
    scopes: scopes.map((partition) =>
      samePartition(partition.scope, scope)
        ? { ...withOutage(partition, known, evidence, who), last }
        : partition,
    ),
  };
}

/** A part of the fleet after a change of its state, with its outage. `before`: the part before it, if it had a state. */
function withOutage(
  partition: PartitionState,
  before: PartitionState | undefined,
  evidence: TransitionEvidence,
  actor: string | null,
): PartitionState {
  const from = before?.state ?? initialState(partition.state.since);
  const outage = outageAfter(before?.outage ?? null, {
    from,
    to: partition.state,
    evidence,
    actor,
  });
  return { ...partition, outage };
}

/** The part of the fleet whose state a transition changes; undefined: the fleet's own. */
export function partitionChanged(
  before: LockedBreaker,
  transition: Transition,
): Partition | undefined {
  return transition.state === before.state ? transition.evidence.scope : undefined;
}

/** What the audit log keeps of a breaker before and after a change of its state, or of that of one part of the fleet. */
export function stateSummary(breaker: LockedBreaker, scope?: Partition): Record<string, unknown> {
  if (scope !== undefined) {
    const partition = breaker.scopes?.find((known) => samePartition(known.scope, scope));
    return { scope, ...(partition === undefined ? { state: null } : stateSummaryOf(partition)) };
  }
  const scopes = breaker.scopes?.map((partition) => partition.scope) ?? [];
  return { ...stateSummaryOf(breaker), ...(scopes.length > 0 && { scopes }) };
}

function stateSummaryOf({
  version,
  state,
  control,
  outage = null,
}: Pick<PartitionState, 'version' | 'state' | 'control'> & {
  readonly outage?: Outage | null;
}): Record<string, unknown> {
  return { version, state, control, admission: admissionOf(state, control), outage };
}
