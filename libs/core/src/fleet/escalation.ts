import type {
  GroupCounts,
  Partition,
  PartitionState,
  EnclosingPartitions,
} from '../model/model.js';
import { GROUP_KINDS, type PartitionWindow, sumGroups } from './partition-window.js';
import { covers, rankOf, samePartition } from './partition.js';

/** The wider partition that trips instead of one more narrow one. A null partition is the whole fleet. */
export interface Escalation {
  readonly scope: Partition | null;
  /** Instances of it in parts that have tripped, and in all. */
  readonly tripped: number;
  readonly instances: number;
  readonly within: EnclosingPartitions;
}

/**
 * The narrowest larger part of which most instances are in parts that have tripped by evidence, the new one included;
 * null when there is none. One part alone is no reason: it takes two.
 *
 * `elsewhere` are instances of which it is not known where they are, as nothing fails where they report: they are healthy,
 * and may be in any part.
 */
export function findEscalation(
  part: PartitionWindow,
  live: readonly PartitionState[],
  groups: readonly GroupCounts[],
  elsewhere: number,
): Escalation | null {
  const tripped = [
    ...live.filter(({ control }) => control.mode === 'auto'),
    { scope: part.scope, within: part.within, instances: part.window.reporting },
  ];
  const targets = GROUP_KINDS.flatMap((kind): Partition[] => {
    const value = part.within[kind];
    return value === undefined ? [] : [{ kind, value }];
  });
  for (const scope of [...targets, null]) {
    const escalation = escalationTo(scope, part, tripped, groups, elsewhere);
    if (escalation !== null) return escalation;
  }
  return null;
}

function escalationTo(
  scope: Partition | null,
  part: PartitionWindow,
  tripped: readonly Pick<PartitionState, 'scope' | 'within' | 'instances'>[],
  groups: readonly GroupCounts[],
  elsewhere: number,
): Escalation | null {
  const members = tripped.filter((member) => isInside(member, scope));
  const inside = groups.filter((group) => scope === null || covers(scope, group));
  // A part as large as all that is known of the fleet is the fleet.
  if (scope !== null && inside.length === groups.length) return null;
  const outside = inside.filter((group) => !members.some((member) => covers(member.scope, group)));
  // The instance that trips now is still counted in its group.
  const own = part.scope.kind === 'instance' ? 1 : 0;
  const healthy = sumGroups(outside).reporting - own + elsewhere;
  const count = members.reduce((sum, { instances }) => sum + Math.max(1, instances), 0);
  if (members.length < 2 || count <= healthy) return null;
  const region = part.within.region;
  const within = scope?.kind === 'zone' && region !== undefined ? { region } : {};
  return { scope, tripped: count, instances: count + healthy, within };
}

/** Of the automatic states those that a wider one takes the place of. */
export function isInside(
  { scope, within }: Pick<PartitionState, 'scope' | 'within'>,
  wider: Partition | null,
): boolean {
  if (wider === null) return true;
  if (samePartition(scope, wider) || rankOf(scope) >= rankOf(wider)) return false;
  return wider.kind !== 'instance' && within[wider.kind] === wider.value;
}
