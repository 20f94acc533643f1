import type { BreakerSummary } from '@recloser/protocol';
import { needsAttention } from '@/lib/vocabulary';
import { byName, type Grouping } from './fleet-view';

export interface GroupItem {
  readonly kind: 'group';
  readonly id: string;
  /** '' for breakers without owner or tag. */
  readonly name: string;
  readonly count: number;
  readonly trouble: number;
}

interface BreakerItem {
  readonly kind: 'breaker';
  /** Of the row: a breaker with two tags has two. */
  readonly id: string;
  readonly breaker: BreakerSummary;
  /** 1-based, among all that are shown. */
  readonly position: number;
}

export type FleetItem = GroupItem | BreakerItem;

function namesIn(breaker: BreakerSummary, grouping: Grouping): readonly string[] {
  const names = grouping === 'owner' ? [breaker.owner] : breaker.tags;
  return names.length === 0 ? [''] : names;
}

function groupsOf(
  breakers: readonly BreakerSummary[],
  grouping: Grouping,
): readonly (readonly [name: string, members: readonly BreakerSummary[]])[] {
  const groups = new Map<string, BreakerSummary[]>();
  for (const breaker of breakers) {
    for (const name of namesIn(breaker, grouping)) {
      const members = groups.get(name);
      if (members === undefined) groups.set(name, [breaker]);
      else members.push(breaker);
    }
  }
  return [...groups];
}

const troubleIn = (breakers: readonly BreakerSummary[]): number =>
  breakers.filter(needsAttention).length;

/**
 * The lines of the list. `breakers` are sorted; groups with trouble come first, the rest by name, the nameless last.
 * A folded group has its head only.
 */
export function fleetItems(
  breakers: readonly BreakerSummary[],
  grouping: Grouping,
  folded: ReadonlySet<string>,
): readonly FleetItem[] {
  let position = 0;
  const rowOf = (breaker: BreakerSummary, group: string): FleetItem => {
    position += 1;
    return { kind: 'breaker', id: `${group}/${breaker.key}`, breaker, position };
  };
  if (grouping === 'none') return breakers.map((breaker) => rowOf(breaker, ''));
  return groupsOf(breakers, grouping)
    .map(([name, members]) => ({ name, members, trouble: troubleIn(members) }))
    .toSorted(
      (a, b) =>
        b.trouble - a.trouble ||
        Number(a.name === '') - Number(b.name === '') ||
        byName(a.name, b.name),
    )
    .flatMap(({ name, members, trouble }): FleetItem[] => {
      const id = `${grouping}:${name}`;
      const head: GroupItem = { kind: 'group', id, name, count: members.length, trouble };
      return folded.has(id) ? [head] : [head, ...members.map((member) => rowOf(member, id))];
    });
}
