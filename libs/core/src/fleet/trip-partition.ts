import {
  BUCKET_MS,
  type BreakerRecord,
  type Evidence,
  type Millis,
  type DecisionResult,
  type Policy,
  type Partition,
  type PartitionState,
  type Transition,
} from '../model/model.js';
import { type ClosedState, coolDownFor, openState } from '../recovery/state.js';
import { evidenceOf } from '../recovery/transition.js';
import { tripSummary } from '../text/trip-summary.js';
import { formatDuration, formatRate, group, plural } from '../model/words.js';
import { findCause, type Remainder, type PartitionCause } from './find-cause.js';
import {
  isRemembered,
  keptPartitions,
  livePartitions,
  nextVersion,
  pruned,
  samePartition,
  withPartition,
} from './partition.js';
import { isInside, type Escalation, findEscalation } from './escalation.js';

/** The part at fault opens alone, or the larger one of which most has. */
export function tripPartition(
  record: BreakerRecord,
  cause: PartitionCause,
  now: Millis,
  random: number,
): DecisionResult {
  const escalation = findEscalation(
    cause.part,
    livePartitions(record),
    cause.groups,
    cause.elsewhere,
  );
  const transition =
    escalation === null
      ? tripNarrowest(record, cause, now, random)
      : tripEscalated(record, cause, escalation, now, random);
  return { transition, dueAt: null };
}

function tripNarrowest(
  record: BreakerRecord,
  { part, trip, rest }: PartitionCause,
  now: Millis,
  random: number,
): Transition {
  const { policy } = record;
  const relapses = relapsesOf(record, part.scope, now);
  const coolDown = newCoolDown(policy, relapses, now, random);
  const after = opened(part.scope, record, {
    within: part.within,
    instances: part.window.reporting,
    relapses,
    coolDown,
    failingBuckets: part.window.failingBuckets,
    now,
  });
  const summary =
    `${titleOf(part.scope)}: ${tripSummary(policy, trip)} ${remainderSentence(rest, trip.verdict.by)} ` +
    coolDownSentence(coolDown, relapses);
  return {
    ...asItIs(record),
    evidence: { ...evidenceOf(trip.cause, { summary, window: part.window }), scope: part.scope },
    scopes: pruned(withPartition(record.scopes ?? [], after), now),
  };
}

function tripEscalated(
  record: BreakerRecord,
  { part, trip }: PartitionCause,
  escalation: Escalation,
  now: Millis,
  random: number,
): Transition {
  const { policy } = record;
  const { scope } = escalation;
  const relapses = scope === null ? fleetRelapses(record, now) : relapsesOf(record, scope, now);
  const coolDown = newCoolDown(policy, relapses, now, random);
  const summary =
    `${scope === null ? 'The whole fleet' : titleOf(scope)}: ${escalation.tripped} of ${plural(escalation.instances, 'instance')} ` +
    `are in parts that have tripped one by one, ${part.scope.kind} ${part.scope.value} the last. ` +
    coolDownSentence(coolDown, relapses);
  const evidence = evidenceOf('scope_widened', { summary, window: trip.window });
  const { failingBuckets } = part.window;
  if (scope === null) {
    const { control, scopes = [] } = record;
    const outageStartedAt = now - failingBuckets * BUCKET_MS;
    const state = openState({ outageStartedAt, rateBefore: 0, relapses }, now + coolDown, now);
    const kept = keptPartitions(scopes, state, control, now);
    return { state, control, versionChanged: true, evidence, scopes: kept };
  }
  const { within, instances } = escalation;
  const after = opened(scope, record, {
    within,
    instances,
    relapses,
    coolDown,
    failingBuckets,
    now,
  });
  const rest = (record.scopes ?? []).filter(
    (partition) => partition.control.mode === 'held' || !isInside(partition, scope),
  );
  return {
    ...asItIs(record),
    evidence: { ...evidence, scope },
    scopes: pruned(withPartition(rest, after), now),
  };
}

/** In observe: once for each episode, as for the fleet. */
export function observedCause(
  record: BreakerRecord,
  state: ClosedState,
  evidence: Evidence,
  now: Millis,
): DecisionResult | null {
  const { wouldHaveTrippedAt = Number.NEGATIVE_INFINITY } = state;
  if (now < wouldHaveTrippedAt + record.policy.recovery.stableMs) return null;
  const cause = findCause(record.policy, evidence);
  if (cause === null) return null;
  const { part, trip, rest } = cause;
  const summary =
    `Would have opened for ${part.scope.kind} ${part.scope.value} alone, but only observes: ` +
    `${tripSummary(record.policy, trip)} ${remainderSentence(rest, trip.verdict.by)}`;
  const transition: Transition = {
    ...asItIs(record),
    state: { ...state, wouldHaveTrippedAt: now },
    evidence: {
      ...evidenceOf('would_have_tripped', { summary, window: part.window }),
      scope: part.scope,
    },
  };
  return { transition, dueAt: null };
}

function newCoolDown(policy: Policy, relapses: number, now: Millis, random: number): number {
  return coolDownFor(policy, { relapses, outageStartedAt: now }, now, random);
}

function asItIs({ state, control }: BreakerRecord): Omit<Transition, 'evidence'> {
  return { state, control, versionChanged: false };
}

interface Opening {
  readonly within: PartitionState['within'];
  readonly instances: number;
  readonly relapses: number;
  readonly coolDown: number;
  readonly failingBuckets: number;
  readonly now: Millis;
}

function opened(scope: Partition, record: BreakerRecord, opening: Opening): PartitionState {
  const { within, instances, relapses, coolDown, failingBuckets, now } = opening;
  const outageStartedAt = now - failingBuckets * BUCKET_MS;
  return {
    scope,
    version: nextVersion(record),
    state: openState({ outageStartedAt, rateBefore: 0, relapses }, now + coolDown, now),
    control: { mode: 'auto' },
    within,
    instances,
  };
}

/** Tripping again before it was stable is a relapse of the same illness. */
function relapsesOf(record: BreakerRecord, scope: Partition, now: Millis): number {
  const before = record.scopes?.find((partition) => samePartition(partition.scope, scope));
  if (before?.state.kind !== 'closed' || !isRemembered(before, now)) return 0;
  return before.state.relapses + 1;
}

function fleetRelapses({ state }: BreakerRecord, now: Millis): number {
  return state.kind === 'closed' && now < state.stableAt ? state.relapses + 1 : 0;
}

function titleOf({ kind, value }: Partition): string {
  return kind === 'instance' ? `Bad node ${value}` : `Only ${kind} ${value}`;
}

function remainderSentence(
  { calls, bad, upper }: Remainder,
  by: 'failures' | 'slow' | null,
): string {
  const what = by === 'slow' ? 'were slow' : 'failed';
  return (
    `All others are well: ${group(bad)} of ${plural(calls, 'call')} ${what} ` +
    `(${formatRate(calls === 0 ? 0 : bad / calls)}, at most ${formatRate(upper)}).`
  );
}

function coolDownSentence(coolDown: number, relapses: number): string {
  const after = relapses > 0 ? ` after ${plural(relapses, 'relapse')}` : '';
  return `Cool-down ${formatDuration(coolDown)}${after}.`;
}
