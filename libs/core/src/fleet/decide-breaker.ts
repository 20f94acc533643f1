import { decide } from '../recovery/decide.js';
import type {
  BreakerRecord,
  Evidence,
  Millis,
  DecisionResult,
  Policy,
  PartitionState,
  Transition,
} from '../model/model.js';
import { dueAt } from '../recovery/timing.js';
import { listNames } from '../model/words.js';
import { findCause } from './find-cause.js';
import { excludePartitions, excludedFrom } from './exclude-partitions.js';
import {
  keptPartitions,
  livePartitions,
  nextVersion,
  policyOfPartition,
  pruned,
  samePartition,
  partitionName,
  PARTITIONS_MAX,
  withPartition,
} from './partition.js';
import { observedCause, tripPartition } from './trip-partition.js';

/** A partition that is probed and whose instances have all gone is given up after this. */
const GONE_MS = 600_000;

/** Nothing is known. */
export const NO_EVIDENCE: Evidence = {
  windows: [],
  buckets: null,
  step: null,
  probe: null,
  acks: null,
};

/**
 * As `decide`, for a breaker whose fleet may be in several states: the narrowest cause first, then the fleet, then
 * the parts that have a state of their own. At most one change; look again at once after one.
 */
export function decideBreaker(
  record: BreakerRecord,
  evidence: Evidence,
  now: Millis,
  random: number,
): DecisionResult {
  const live = livePartitions(record);
  const known = withoutPartitions(record.policy, evidence, live);
  const partition = decideCause(record, live, known, now, random);
  if (partition !== null) return partition;
  const fleet = decide(record, known, now, random);
  if (fleet.transition !== null) {
    return withDue(record, withExclusions(fleet, record, live, evidence, now), now);
  }
  return decideEach(record, live, evidence, fleet.dueAt, now, random);
}

/** When the breaker, in any of its states, must be looked at again at the latest; null: only when signals arrive. */
export function nextDue(record: BreakerRecord, now: Millis): Millis | null {
  const { state, control, policy } = record;
  return earliest([
    dueAt(state, policy, now, control),
    ...livePartitions(record).map((partition) =>
      dueAt(partition.state, policyOfPartition(policy, partition), now, partition.control),
    ),
  ]);
}

function earliest(times: readonly (Millis | null)[]): Millis | null {
  const due = times.filter((time) => time !== null);
  return due.length === 0 ? null : Math.min(...due);
}

function withoutPartitions(
  { trip }: Policy,
  evidence: Evidence,
  live: readonly PartitionState[],
): Evidence {
  if (live.length === 0) return evidence;
  const { step } = evidence;
  const windows = evidence.windows.map((window) => excludePartitions(window, live, trip));
  return {
    ...evidence,
    windows,
    ...(windows.some((window, i) => window !== evidence.windows[i]) && { reduced: true }),
    step: step && excludePartitions(step, live, trip),
  };
}

/** A part of the fleet trips, or would have. */
function decideCause(
  record: BreakerRecord,
  live: readonly PartitionState[],
  evidence: Evidence,
  now: Millis,
  random: number,
): DecisionResult | null {
  const { state, control, policy } = record;
  if (state.kind !== 'closed' && state.kind !== 'dimmed') return null;
  if (control.mode === 'held' || live.length >= PARTITIONS_MAX) return null;
  if (control.mode === 'observe') {
    return state.kind === 'closed' ? observedCause(record, state, evidence, now) : null;
  }
  const cause = findCause(policy, evidence);
  if (cause === null || live.some(({ scope }) => samePartition(scope, cause.part.scope)))
    return null;
  return withDue(record, tripPartition(record, cause, now, random), now);
}

/** The fleet's change, with what it leaves of the partition states and whose calls it did not count. */
function withExclusions(
  { transition, dueAt: due }: DecisionResult,
  record: BreakerRecord,
  live: readonly PartitionState[],
  evidence: Evidence,
  now: Millis,
): DecisionResult {
  if (transition === null) return { transition, dueAt: due };
  const leftOut = transition.evidence.window === null ? [] : excludedFrom(evidence.windows, live);
  const names = leftOut.map(partitionName);
  return {
    transition: {
      ...withKeptPartitions(record, transition, now),
      ...(leftOut.length > 0 && {
        evidence: {
          ...transition.evidence,
          summary: `${transition.evidence.summary} Not counted, as decided on apart: ${listNames(names)}.`,
          leftOut,
        },
      }),
    },
    dueAt: due,
  };
}

/** A change of the fleet's state, with the partition states that stay beside it. */
export function withKeptPartitions(
  record: BreakerRecord,
  transition: Transition,
  now: Millis,
): Transition {
  const before = record.scopes ?? [];
  const kept = keptPartitions(before, transition.state, transition.control, now);
  return kept.length === before.length ? transition : { ...transition, scopes: kept };
}

function withDue(record: BreakerRecord, outcome: DecisionResult, now: Millis): DecisionResult {
  const { transition } = outcome;
  if (transition === null) return outcome;
  const { state, control, scopes = record.scopes ?? [] } = transition;
  return { transition, dueAt: nextDue({ ...record, state, control, scopes }, now) };
}

/** The first of the partition states that changes; else when the next of them may. */
function decideEach(
  record: BreakerRecord,
  live: readonly PartitionState[],
  evidence: Evidence,
  fleetDue: Millis | null,
  now: Millis,
  random: number,
): DecisionResult {
  const dues = [fleetDue];
  for (const partition of live) {
    const known = evidence.scopes?.get(partition.version) ?? NO_EVIDENCE;
    const outcome = decidePartition(record, partition, { ...known, partial: true }, now, random);
    if (outcome.transition !== null) return withDue(record, outcome, now);
    dues.push(outcome.dueAt);
  }
  return { transition: null, dueAt: earliest(dues) };
}

function decidePartition(
  record: BreakerRecord,
  partition: PartitionState,
  evidence: Evidence,
  now: Millis,
  random: number,
): DecisionResult {
  const gone = goneOf(record, partition, evidence, now);
  if (gone !== null) return { transition: gone, dueAt: null };
  const outcome = decide(recordOfPartition(record, partition), evidence, now, random);
  if (outcome.transition === null) return outcome;
  return {
    transition: partitionTransition(record, partition, outcome.transition, now),
    dueAt: outcome.dueAt,
  };
}

/** A part as a breaker of its own. */
export function recordOfPartition(record: BreakerRecord, partition: PartitionState): BreakerRecord {
  const { version, state, control, scope } = partition;
  const policy = policyOfPartition(record.policy, partition);
  return { key: record.key, policy, version, state, control, part: scope };
}

/** What a change of one partition state makes of the breaker: the fleet's state stays as it is. */
export function partitionTransition(
  record: BreakerRecord,
  partition: PartitionState,
  changed: Transition,
  now: Millis,
): Transition {
  const { state, control, versionChanged, evidence } = changed;
  const version = versionChanged ? nextVersion(record) : partition.version;
  const after = { ...partition, state, control, version };
  return {
    state: record.state,
    control: record.control,
    versionChanged: false,
    evidence: {
      ...evidence,
      scope: partition.scope,
      summary: `${capital(partitionName(partition.scope))}: ${evidence.summary}`,
    },
    scopes: pruned(withPartition(record.scopes ?? [], after), now),
  };
}

function goneOf(
  record: BreakerRecord,
  { scope, state, control }: PartitionState,
  { probe }: Evidence,
  now: Millis,
): Transition | null {
  if (control.mode !== 'auto' || state.kind !== 'probing') return null;
  const claimed = probe?.round === state.round ? probe.claimed : null;
  if (claimed !== 0 || now < state.roundStartedAt + GONE_MS) return null;
  return {
    state: record.state,
    control: record.control,
    versionChanged: false,
    evidence: {
      cause: 'scope_gone',
      summary: `${capital(partitionName(scope))} is no longer decided on apart: for 10 min none of its instances wanted a call.`,
      window: null,
      probe,
      acks: null,
      scope,
    },
    scopes: (record.scopes ?? []).filter((partition) => !samePartition(partition.scope, scope)),
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
