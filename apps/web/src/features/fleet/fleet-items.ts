import type { BreakerSummary } from '@recloser/protocol';
import { needsAttention } from '@/lib/vocabulary';
import { byName, type Grouping } from './fleet-view';
import type { ServicesInUse } from './services-in-use';

export interface GroupItem {
  readonly kind: 'group';
  readonly id: string;
  /** '' for breakers without owner or tag, or that no service calls. */
  readonly name: string;
  readonly count: number;
  readonly trouble: number;
  /** Of a service: how many are connected; null for other groups. */
  readonly instances: number | null;
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

const NOBODY = [''];

function namesIn(
  breaker: BreakerSummary,
  grouping: Grouping,
  services: ServicesInUse | null,
): readonly string[] {
  switch (grouping) {
    case 'owner':
      return [breaker.owner];
    case 'tag':
      return breaker.tags.length === 0 ? NOBODY : breaker.tags;
    case 'service':
      return services?.byBreaker.get(breaker.key) ?? NOBODY;
    case 'none':
      return NOBODY;
  }
}

function groupsOf(
  breakers: readonly BreakerSummary[],
  grouping: Grouping,
  services: ServicesInUse | null,
): readonly (readonly [name: string, members: readonly BreakerSummary[]])[] {
  const groups = new Map<string, BreakerSummary[]>();
  for (const breaker of breakers) {
    for (const name of namesIn(breaker, grouping, services)) {
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
 * A folded group has its head only. By service nothing is grouped while `services` are not known: no breaker waits.
 */
export function fleetItems(
  breakers: readonly BreakerSummary[],
  grouping: Grouping,
  folded: ReadonlySet<string>,
  services: ServicesInUse | null = null,
): readonly FleetItem[] {
  let position = 0;
  const rowOf = (breaker: BreakerSummary, group: string): FleetItem => {
    position += 1;
    return { kind: 'breaker', id: `${group}/${breaker.key}`, breaker, position };
  };
  if (grouping === 'none' || (grouping === 'service' && services === null)) {
    return breakers.map((breaker) => rowOf(breaker, ''));
  }
  return groupsOf(breakers, grouping, services)
    .map(([name, members]) => ({ name, members, trouble: troubleIn(members) }))
    .toSorted(
      (a, b) =>
        b.trouble - a.trouble ||
        Number(a.name === '') - Number(b.name === '') ||
        byName(a.name, b.name),
    )
    .flatMap(({ name, members, trouble }): FleetItem[] => {
      const id = `${grouping}:${name}`;
      const head: GroupItem = {
        kind: 'group',
        id,
        name,
        count: members.length,
        trouble,
        instances: services?.instances.get(name) ?? null,
      };
      return folded.has(id) ? [head] : [head, ...members.map((member) => rowOf(member, id))];
    });
}
