import { ADMISSION_ALL } from '../model/admission.js';
import type {
  BreakerRecord,
  BreakerState,
  Control,
  GroupCounts,
  InstanceCounts,
  Millis,
  Policy,
  Partition,
  PartitionState,
} from '../model/model.js';
import { PARTITION_KINDS } from '../model/model.js';

/** Partition states of one breaker, those remembered included. Beyond it nothing more gets a state of its own. */
export const PARTITIONS_MAX = 32;

export function samePartition(a: Partition, b: Partition): boolean {
  return a.kind === b.kind && a.value === b.value;
}

/** "instance checkout-7", "zone eu-1a" */
export function partitionName({ kind, value }: Partition): string {
  return `${kind} ${value}`;
}

/** It decides for its instances; otherwise it is only remembered. */
export function isLive({ state, control }: PartitionState): boolean {
  return state.kind !== 'closed' || control.mode === 'held';
}

/** The partition states in force, the narrowest first. */
export function livePartitions(record: Pick<BreakerRecord, 'scopes'>): readonly PartitionState[] {
  return record.scopes?.filter(isLive) ?? [];
}

/** The next version of any state of this breaker. */
export function nextVersion(
  record: Pick<BreakerRecord, 'version' | 'lastVersion' | 'scopes'>,
): number {
  const versions = record.scopes?.map(({ version }) => version) ?? [];
  return Math.max(record.version, record.lastVersion ?? 0, ...versions) + 1;
}

/** With one partition state put in its place, the narrowest first. */
export function withPartition(
  partitions: readonly PartitionState[],
  changed: PartitionState,
): readonly PartitionState[] {
  const others = partitions.filter(({ scope }) => !samePartition(scope, changed.scope));
  return [...others, changed].sort(
    (a, b) => rankOf(a.scope) - rankOf(b.scope) || (a.scope.value < b.scope.value ? -1 : 1),
  );
}

/**
 * What stays of the partition states beside this state of the fleet. A person's stay; automatic ones only where
 * evidence moves the fleet, too, and it lets calls through: what has opened or is held as a whole needs no parts.
 */
export function keptPartitions(
  partitions: readonly PartitionState[],
  state: BreakerState,
  control: Control,
  now: Millis,
): readonly PartitionState[] {
  const admits = state.kind !== 'open' && state.kind !== 'probing';
  return partitions.filter((partition) => {
    if (partition.control.mode === 'held') return true;
    if (!isLive(partition)) return isRemembered(partition, now);
    return admits && control.mode === 'auto';
  });
}

/** Not yet stable: when it trips again, that is a relapse. */
export function isRemembered({ state }: PartitionState, now: Millis): boolean {
  return state.kind === 'closed' && now < state.stableAt;
}

/** Drops what need not be remembered, and the longest known of the rest where there is no room. */
export function pruned(
  partitions: readonly PartitionState[],
  now: Millis,
): readonly PartitionState[] {
  const kept = partitions.filter((partition) => isLive(partition) || isRemembered(partition, now));
  const excess = kept.length - PARTITIONS_MAX;
  if (excess <= 0) return kept;
  const dropped = new Set(
    kept
      .filter((partition) => !isLive(partition))
      .sort((a, b) => a.state.since - b.state.since)
      .slice(0, excess),
  );
  return kept.filter((partition) => !dropped.has(partition));
}

/** Whether the calls of an instance, or of all of a group, are counted under this part's state. */
export function covers(
  { kind, value }: Partition,
  place: Pick<GroupCounts, 'service' | 'zone' | 'region'> | InstanceCounts,
): boolean {
  if (kind === 'instance') return 'instanceId' in place && place.instanceId === value;
  return place[kind] === value;
}

export function rankOf({ kind }: Partition): number {
  return PARTITION_KINDS.indexOf(kind);
}

/**
 * The policy for one part. Its own instances probe: a worker's check says nothing about their way. No more probes than it
 * has instances, as each makes one. No step lets in less than half the load of one instance, as that would take minutes
 * to make enough calls, and a dependency that all others keep warm has nothing to fear from it. So one instance takes the
 * last step only, for `dwellMin`, however long it was bad.
 */
export function policyOfPartition(
  policy: Policy,
  { scope, instances }: Pick<PartitionState, 'scope' | 'instances'>,
): Policy {
  const { recovery } = policy;
  const isOne = scope.kind === 'instance';
  const members = isOne ? 1 : instances;
  const probes = members === 0 ? recovery.probes : Math.min(recovery.probes, members);
  const ladder = ladderOfPartition(recovery.ladder, members);
  const dwellPerOutage = isOne ? 0 : recovery.dwellPerOutage;
  return { ...policy, recovery: { ...recovery, probes, ladder, dwellPerOutage, probe: null } };
}

/** The steps that are worth their time for so many instances, at least the last; 0: not known. */
function ladderOfPartition(
  ladder: Policy['recovery']['ladder'],
  instances: number,
): Policy['recovery']['ladder'] {
  const last = ladder.length - 1;
  return instances === 0
    ? ladder
    : ladder.filter((step, index) => index === last || step * instances >= ADMISSION_ALL / 2);
}
