import { isFailingInstance } from '../model/counts.js';
import type {
  Counts,
  GroupCounts,
  InstanceCounts,
  Partition,
  PartitionState,
  WindowEvidence,
} from '../model/model.js';
import type { TripPolicy } from '../model/trip-policy.js';
import { subtractKeys } from '../trip/key-counts.js';
import { type GroupSum, keyOf, sumGroups } from './partition-window.js';
import { covers } from './partition.js';

/**
 * A window of the fleet without what parts with a state of their own had counted in it before they got one. What
 * they count since then stands under their own versions and is not in it anyway.
 */
export function excludePartitions(
  window: WindowEvidence,
  partitions: readonly Pick<PartitionState, 'scope'>[],
  trip: TripPolicy,
): WindowEvidence {
  if (partitions.length === 0) return window;
  const isOut = (place: GroupCounts | InstanceCounts) =>
    partitions.some(({ scope }) => covers(scope, place));
  const [outGroups, groups] = split(window.groups ?? [], isOut);
  const [outInstances, heaviest] = split(window.heaviest, isOut);
  // Instances of a group that is out are in its sum already.
  const alone = outInstances.filter(
    (instance) => !outGroups.some((group) => isIn(instance, group)),
  );
  const asOne = (instance: InstanceCounts) => asGroup(instance, trip);
  const out = [...outGroups, ...alone.map(asOne)];
  if (out.length === 0) return window;
  const sum = sumGroups(out);
  const localLag = outInstances.reduce((lagged, instance) => lagged + (instance.localLag ?? 0), 0);
  return {
    ...window,
    counts: countsWithout(window.counts, sum, localLag),
    reporting: Math.max(0, window.reporting - sum.reporting),
    failing: Math.max(0, window.failing - sum.failing),
    ...(window.slowInstances !== undefined && {
      slowInstances: Math.max(0, window.slowInstances - sum.slowInstances),
    }),
    heaviest,
    ...keysWithout(window, out),
    ...lagWithout(window, sum, outInstances),
    ...(window.groups !== undefined && {
      groups: groups.map((group) =>
        without(group, alone.filter((one) => isIn(one, group)).map(asOne)),
      ),
    }),
  };
}

/** The partitions whose calls the fleet's windows hold, and which are left out of them. */
export function excludedFrom(
  windows: readonly WindowEvidence[],
  partitions: readonly Pick<PartitionState, 'scope'>[],
): readonly Partition[] {
  const places = windows.flatMap(({ groups = [], heaviest }) => [...groups, ...heaviest]);
  return partitions
    .map(({ scope }) => scope)
    .filter((scope) => places.some((place) => covers(scope, place)));
}

function keysWithout(
  { keys }: WindowEvidence,
  out: readonly GroupCounts[],
): Pick<WindowEvidence, 'keys'> {
  if (keys === undefined) return {};
  return {
    keys: subtractKeys(
      keys,
      out.flatMap((group) => group.keys ?? []),
    ),
  };
}

/** Which instances of a group lagged is known of the heaviest alone, so that some of those left out may stay in it. */
function lagWithout(
  { lag }: WindowEvidence,
  out: GroupSum,
  instances: readonly InstanceCounts[],
): Pick<WindowEvidence, 'lag'> {
  if (lag === undefined) return {};
  const lagging = instances.filter(({ localLag = 0 }) => localLag > 0).length;
  const left = Math.max(0, lag.instances - lagging);
  return {
    lag: {
      ...lag,
      instances: left,
      reporting: Math.max(left, lag.reporting - out.reporting),
      failing: Math.max(0, lag.failing - out.failing),
    },
  };
}

function countsWithout(counts: Counts, out: GroupSum, localLag: number): Counts {
  const failures = Math.max(0, counts.failures - out.failures);
  return {
    ...counts,
    ok: Math.max(0, counts.ok - (out.calls - out.failures)),
    failures,
    slow: Math.max(0, counts.slow - out.slow),
    timeouts: Math.min(counts.timeouts, failures),
    stalled: Math.min(counts.stalled, failures),
    localLag: Math.max(0, counts.localLag - localLag),
  };
}

function without(group: GroupCounts, instances: readonly GroupCounts[]): GroupCounts {
  const out = sumGroups(instances);
  return {
    ...group,
    calls: Math.max(0, group.calls - out.calls),
    failures: Math.max(0, group.failures - out.failures),
    slow: Math.max(0, group.slow - out.slow),
    reporting: Math.max(0, group.reporting - out.reporting),
    failing: Math.max(0, group.failing - out.failing),
    slowInstances: Math.max(0, group.slowInstances - out.slowInstances),
    ...(group.keys !== undefined && {
      keys: subtractKeys(
        group.keys,
        instances.flatMap(({ keys = [] }) => keys),
      ),
    }),
  };
}

function isIn(instance: InstanceCounts, group: GroupCounts): boolean {
  const { service, zone, region = null } = instance;
  return group.service === service && group.zone === zone && group.region === region;
}

function asGroup(instance: InstanceCounts, trip: TripPolicy): GroupCounts {
  const { service, zone, region = null, calls, failures, slow = 0, failingBuckets = 0 } = instance;
  const failing = isFailingInstance(calls, failures, trip.toleratedRate) ? 1 : 0;
  return {
    service,
    zone,
    region,
    calls,
    failures,
    slow,
    reporting: 1,
    failing,
    slowInstances: isFailingInstance(calls, slow, trip.toleratedSlowRate ?? 0.5) ? 1 : 0,
    failingBuckets,
    keys: keyOf(instance, failing),
  };
}

function split<T>(items: readonly T[], isOut: (item: T) => boolean): [out: T[], rest: T[]] {
  const out: T[] = [];
  const rest: T[] = [];
  for (const item of items) (isOut(item) ? out : rest).push(item);
  return [out, rest];
}
