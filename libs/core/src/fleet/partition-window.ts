import { EMPTY_COUNTS, isFailingInstance } from '../model/counts.js';
import type { TripPolicy } from '../model/trip-policy.js';
import {
  BUCKET_MS,
  type GroupCounts,
  type InstanceCounts,
  type KeyCounts,
  type Partition,
  type PartitionKind,
  type WindowEvidence,
  type EnclosingPartitions,
} from '../model/model.js';
import { sumKeys } from '../trip/key-counts.js';
import { covers } from './partition.js';

/** What one window says of one part of the fleet. */
export interface PartitionWindow {
  readonly scope: Partition;
  readonly window: WindowEvidence;
  readonly within: EnclosingPartitions;
  /** The time in which it made calls, in ms: at least so much. */
  readonly observedMs: number;
}

export type GroupKind = Exclude<PartitionKind, 'instance'>;
export const GROUP_KINDS = ['service', 'zone', 'region'] as const satisfies readonly GroupKind[];

/** The parts of one kind with at least one failed or slow call, as far as a window tells them apart. */
export function partitionsOf(
  window: WindowEvidence,
  kind: PartitionKind,
  trip: TripPolicy,
): readonly PartitionWindow[] {
  if (kind === 'instance') {
    return window.heaviest.filter(isTroubled).map(instancePartition(window, trip));
  }
  const values = new Set<string>();
  for (const group of window.groups ?? []) {
    const value = group[kind];
    if (value !== null && isTroubled(group)) values.add(value);
  }
  return [...values].map((value) => groupPartition(window, { kind, value }));
}

function isTroubled({ failures, slow = 0 }: { failures: number; slow?: number }): boolean {
  return failures > 0 || slow > 0;
}

const instancePartition =
  (window: WindowEvidence, trip: TripPolicy) =>
  (instance: InstanceCounts): PartitionWindow => {
    const { instanceId, service, zone, region = null, calls, failures, slow = 0 } = instance;
    const failing = isFailingInstance(calls, failures, trip.toleratedRate) ? 1 : 0;
    return {
      scope: { kind: 'instance', value: instanceId },
      within: enclosingOf(service, zone, region),
      observedMs: observedMs(window, instance),
      window: {
        lengthMs: window.lengthMs,
        counts: { ...EMPTY_COUNTS, ok: calls - failures, failures, slow },
        // Where a hub does not tell, the fleet's number is no proof for this one.
        failingBuckets: instance.failingBuckets ?? Math.min(1, failures),
        reporting: 1,
        failing,
        slowInstances: isFailingInstance(calls, slow, trip.toleratedSlowRate ?? 0.5) ? 1 : 0,
        heaviest: [instance],
        ...keysOfPart(window, keyOf(instance, failing)),
      },
    };
  };

function groupPartition(window: WindowEvidence, scope: Partition): PartitionWindow {
  const groups = (window.groups ?? []).filter((group) => covers(scope, group));
  const sum = sumGroups(groups);
  return {
    scope,
    within: commonLocation(groups, scope.kind),
    observedMs: Math.max(0, ...groups.map((group) => observedMs(window, group))),
    window: {
      lengthMs: window.lengthMs,
      counts: {
        ...EMPTY_COUNTS,
        ok: sum.calls - sum.failures,
        failures: sum.failures,
        slow: sum.slow,
      },
      failingBuckets: Math.max(0, ...groups.map(({ failingBuckets }) => failingBuckets)),
      reporting: sum.reporting,
      failing: sum.failing,
      slowInstances: sum.slowInstances,
      heaviest: window.heaviest.filter((instance) => covers(scope, instance)),
      groups,
      ...keysOfPart(
        window,
        groups.flatMap(({ keys = [] }) => keys),
      ),
    },
  };
}

/** Where several keys report in the fleet, a part names even its only one. */
function keysOfPart(
  fleet: WindowEvidence,
  keys: readonly KeyCounts[],
): Pick<WindowEvidence, 'keys'> {
  return fleet.keys === undefined || keys.length === 0 ? {} : { keys: sumKeys(keys) };
}

/** One instance, counted under its SDK key; empty: the key is not known. */
export function keyOf({ keyId, calls }: InstanceCounts, failing: number): readonly KeyCounts[] {
  return keyId === undefined || calls === 0 ? [] : [{ keyId, reporting: 1, failing }];
}

/** Of a part no buckets are known, but how many had calls in them; older hubs count those with a failure. */
function observedMs(
  { lengthMs }: WindowEvidence,
  part: Pick<InstanceCounts, 'observedBuckets' | 'failingBuckets'>,
): number {
  const buckets = part.observedBuckets ?? part.failingBuckets ?? 0;
  return Math.min(lengthMs, buckets * BUCKET_MS);
}

/** Of a zone its region, where all agree on it. A service lies in nothing but the fleet. */
function commonLocation(groups: readonly GroupCounts[], kind: PartitionKind): EnclosingPartitions {
  const region = groups[0]?.region ?? null;
  if (kind !== 'zone' || groups.some((group) => group.region !== region)) return {};
  return enclosingOf(null, null, region);
}

function enclosingOf(
  service: string | null,
  zone: string | null,
  region: string | null,
): EnclosingPartitions {
  return {
    ...(service !== null && { service }),
    ...(zone !== null && { zone }),
    ...(region !== null && { region }),
  };
}

export type GroupSum = Pick<
  GroupCounts,
  'calls' | 'failures' | 'slow' | 'reporting' | 'failing' | 'slowInstances'
>;

export function sumGroups(groups: readonly GroupCounts[]): GroupSum {
  const sum = { calls: 0, failures: 0, slow: 0, reporting: 0, failing: 0, slowInstances: 0 };
  for (const group of groups) {
    sum.calls += group.calls;
    sum.failures += group.failures;
    sum.slow += group.slow;
    sum.reporting += group.reporting;
    sum.failing += group.failing;
    sum.slowInstances += group.slowInstances;
  }
  return sum;
}

/** Both together, under the name of the first. Their buckets may be the same ones: the larger number is certain. */
export function addGroups(a: GroupCounts, b: GroupCounts): GroupCounts {
  return {
    ...a,
    calls: a.calls + b.calls,
    failures: a.failures + b.failures,
    slow: a.slow + b.slow,
    reporting: a.reporting + b.reporting,
    failing: a.failing + b.failing,
    slowInstances: a.slowInstances + b.slowInstances,
    failingBuckets: Math.max(a.failingBuckets, b.failingBuckets),
    ...((a.observedBuckets ?? b.observedBuckets) !== undefined && {
      observedBuckets: Math.max(a.observedBuckets ?? 0, b.observedBuckets ?? 0),
    }),
    ...((a.keys ?? b.keys) !== undefined && {
      keys: sumKeys([...(a.keys ?? []), ...(b.keys ?? [])]),
    }),
  };
}
