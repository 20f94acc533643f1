import { callsOf } from '../model/counts.js';
import type {
  Evidence,
  GroupCounts,
  Policy,
  PartitionKind,
  WindowEvidence,
} from '../model/model.js';
import { PARTITION_KINDS } from '../model/model.js';
import { type ExcessTrip, judgeWindow, type Measure } from '../trip/trip.js';
import { wilsonUpper } from '../trip/wilson.js';
import { excludePartitions } from './exclude-partitions.js';
import { GROUP_KINDS, type PartitionWindow, partitionsOf, sumGroups } from './partition-window.js';
import { covers, samePartition } from './partition.js';

/**
 * The rest is healthy below this share of the tolerated rate. At the rate itself would be too late: when everything
 * dies at once, the rate of all rises through every value below it, and by chance some part is always ahead.
 */
const HEALTHY_SHARE = 0.5;

/** The calls outside of the parts at fault. */
export interface Remainder {
  readonly calls: number;
  /** Failed or slow ones, whichever rate it is about. */
  readonly bad: number;
  /** Wilson upper bound of their rate. */
  readonly upper: number;
}

/** A part of the fleet that is at fault alone: what tripped it, and what the rest looks like. */
export interface PartitionCause {
  readonly part: PartitionWindow;
  readonly trip: ExcessTrip;
  readonly rest: Remainder;
  /** Of the fleet's window that it was seen in. */
  readonly groups: readonly GroupCounts[];
  /** Instances that are in none of them: where they report, nothing fails. */
  readonly elsewhere: number;
}

interface Candidate {
  readonly part: PartitionWindow;
  readonly trip: ExcessTrip;
}

/**
 * The narrowest part of the fleet that explains the failures, or null when none does or too little is known.
 *
 * Parts are looked at from single instances up to regions. One is at fault when its own window meets the policy and
 * its failures are not shared by the other instances of the larger parts that it lies in: those would be the cause
 * then. And it trips alone only when the calls of all others are enough and healthy: unknown is not healthy.
 */
export function findCause(policy: Policy, evidence: Evidence): PartitionCause | null {
  for (const window of evidence.windows) {
    const cause = causeIn(window, policy, 'failures') ?? causeIn(window, policy, 'slow');
    if (cause !== null) return cause;
  }
  return null;
}

function causeIn(window: WindowEvidence, policy: Policy, by: Measure): PartitionCause | null {
  const unclear: Candidate[] = [];
  for (const kind of PARTITION_KINDS) {
    const tripping = candidatesOf(window, kind, policy, by);
    const clear = tripping.filter((candidate) => !isShared(window, candidate, policy));
    const found = worstOf(window, clear, policy);
    if (found !== null) return found;
    // A lone instance may only be the first of its zone to show; larger parts that meet crosswise are all at fault.
    if (kind !== 'instance') unclear.push(...tripping);
  }
  return worstOf(window, unclear, policy);
}

function candidatesOf(
  window: WindowEvidence,
  kind: PartitionKind,
  policy: Policy,
  by: Measure,
): Candidate[] {
  return partitionsOf(window, kind, policy.trip).flatMap((part) => {
    const { observedMs } = part;
    const trip = judgeWindow(policy, part.window, by, { observedMs, connected: 0 });
    return trip === null ? [] : [{ part, trip }];
  });
}

/** Of the other instances in some larger or crossing part, as many fail as would trip it: then that is the cause. */
function isShared(window: WindowEvidence, { part, trip }: Candidate, policy: Policy): boolean {
  const groups = window.groups ?? [];
  const failingField = trip.verdict.by === 'slow' ? 'slowInstances' : 'failing';
  return GROUP_KINDS.filter((kind) => kind !== part.scope.kind).some((kind) =>
    valuesTouched(part, kind).some((value) => {
      const larger = groups.filter((group) => covers({ kind, value }, group));
      const whole = sumGroups(larger);
      const own =
        part.scope.kind === 'instance'
          ? { reporting: 1, failing: 1, slowInstances: 1 }
          : sumGroups(larger.filter((group) => covers(part.scope, group)));
      const others = whole.reporting - own.reporting;
      const failing = whole[failingField] - own[failingField];
      return others > 0 && failing >= Math.max(1, policy.quorum * others);
    }),
  );
}

/** The services, zones or regions in which this part has failed or slow calls. */
function valuesTouched(
  part: PartitionWindow,
  kind: (typeof GROUP_KINDS)[number],
): readonly string[] {
  const own = part.within[kind];
  if (part.scope.kind === 'instance') return own === undefined ? [] : [own];
  const touched = new Set<string>();
  for (const group of part.window.groups ?? []) {
    const value = group[kind];
    if (value !== null && (group.failures > 0 || group.slow > 0)) touched.add(value);
  }
  return [...touched];
}

/** The one with the most failures, if the fleet without all of them is healthy. */
function worstOf(
  window: WindowEvidence,
  candidates: readonly Candidate[],
  policy: Policy,
): PartitionCause | null {
  const badOf = ({ part, trip }: Candidate) =>
    trip.verdict.by === 'slow' ? part.window.counts.slow : part.window.counts.failures;
  const [worst] = [...candidates].sort((a, b) => badOf(b) - badOf(a));
  if (worst === undefined) return null;
  const rest = remainderOf(window, candidates, worst, policy);
  if (rest === null) return null;
  const { groups = [] } = window;
  const elsewhere = Math.max(0, window.reporting - sumGroups(groups).reporting);
  return { ...worst, rest, groups, elsewhere };
}

/** null when it is not healthy, or not known to be. */
function remainderOf(
  window: WindowEvidence,
  candidates: readonly Candidate[],
  { part, trip }: Candidate,
  policy: Policy,
): Remainder | null {
  const others = candidates.filter((candidate) => !samePartition(candidate.part.scope, part.scope));
  const left = excludePartitions(
    window,
    [part, ...others.map((candidate) => candidate.part)].map(({ scope }) => ({ scope })),
    policy.trip,
  );
  const calls = callsOf(left.counts);
  const bySlow = trip.verdict.by === 'slow';
  const bad = Math.min(calls, bySlow ? left.counts.slow : left.counts.failures);
  const upper = wilsonUpper(bad, calls);
  return calls >= policy.minCalls && upper < trip.verdict.excess.toleratedRate * HEALTHY_SHARE
    ? { calls, bad, upper }
    : null;
}
