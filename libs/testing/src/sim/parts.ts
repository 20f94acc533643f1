import {
  type Admission,
  type BreakerState,
  livePartitions,
  type RecoveryPolicy,
  samePartition,
  type PartitionState,
  partitionName,
  type TransitionCause,
} from '@recloser/core';
import type { LockedBreaker } from '@recloser/db';
import type { Committed } from './sim-database.js';

type StateSummary = Pick<PartitionState, 'version' | 'state'>;

/** A change of the fleet's state or of that of one part of it. */
export interface PartChange {
  readonly name: string;
  readonly before: StateSummary;
  readonly after: StateSummary;
  readonly cause: TransitionCause | undefined;
}

/** What a commit changed. A part without a state of its own is in the fleet's; one that was dropped is left out. */
export function partsChanged(before: LockedBreaker, after: LockedBreaker): readonly PartChange[] {
  const parts = (after.scopes ?? []).flatMap((partition): PartChange[] => {
    const old = before.scopes?.find(({ scope }) => samePartition(scope, partition.scope));
    if (old?.state === partition.state) return [];
    const isFresh = old === undefined || old.state.kind === 'closed';
    return [
      {
        name: partitionName(partition.scope),
        before: isFresh ? { version: before.version, state: before.state } : old,
        after: partition,
        cause: partition.last?.cause,
      },
    ];
  });
  if (before.state === after.state) return parts;
  const cause = after.last?.evidence.cause;
  return [{ name: 'the fleet', before, after, cause }, ...parts];
}

/** A part of the fleet got a state of its own. */
export function opensPart(before: LockedBreaker, after: LockedBreaker): boolean {
  const was = livePartitions(before);
  return livePartitions(after).some(
    ({ scope }) => !was.some((known) => samePartition(known.scope, scope)),
  );
}

/** How many calls a version's round of probing may make, as instances were told. */
export function permitsIn({ view }: Committed, version: number): number {
  const told = [view, ...(view.scopes ?? [])].find((own) => own.version === version);
  return told?.probe?.permits ?? 0;
}

/** The round in which a version is being probed; null: it is not. */
export function roundIn(breaker: LockedBreaker, version: number): number | null {
  const standing = [breaker, ...livePartitions(breaker)].find((known) => known.version === version);
  return standing?.state.kind === 'probing' ? standing.state.round : null;
}

export const stepOf = (state: BreakerState): string =>
  state.kind === 'ramping' ? `step ${state.step}` : state.kind;

/** 57 of 64 parts: an eighth more is all. */
const LAST_LOAD_STEP: Admission = 57 * 2 ** 26;
/** A short outage whose probes were quick may begin here. */
const WARM_START = 2 ** 31;

/** One step up at most, and only after the dwell of the one before has begun. */
export function isNextStep(
  before: BreakerState,
  after: BreakerState,
  { coldSensitive }: Pick<RecoveryPolicy, 'coldSensitive'>,
): boolean {
  if (after.kind === 'ramping') {
    if (before.kind === 'probing') {
      const admission = after.ladder[after.step] ?? 0;
      return after.step === 0 || (!coldSensitive && admission <= WARM_START);
    }
    if (before.kind === 'dimmed') return after.step === stepAbove(before.admission, after.ladder);
    if (before.kind !== 'ramping') return false;
    return after.step <= before.step || (after.step === before.step + 1 && hasBegun(before));
  }
  if (after.kind !== 'closed' || before.kind === 'closed') return true;
  // Load raises the last eighth at once.
  if (before.kind === 'dimmed' && before.load !== undefined) {
    return before.admission >= LAST_LOAD_STEP;
  }
  return before.kind === 'ramping' && before.step === before.ladder.length - 1 && hasBegun(before);
}

const stepAbove = (admission: Admission, ladder: readonly Admission[]): number =>
  ladder.findIndex((step) => step > admission);

const hasBegun = (state: Extract<BreakerState, { kind: 'ramping' }>): boolean =>
  state.dwellStartedAt !== null;
