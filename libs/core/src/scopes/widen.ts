import type { GroupCounts, Scope, ScopedState, Within } from '../model.js';
import { GROUP_KINDS, type Part, sumGroups } from './parts.js';
import { covers, rankOf, sameScope } from './scope.js';

/** What trips instead of one more narrow part; a null scope is the whole fleet. */
export interface Wider {
  readonly scope: Scope | null;
  /** Instances of it in parts that have tripped, and in all. */
  readonly tripped: number;
  readonly instances: number;
  readonly within: Within;
}

/**
 * The narrowest larger part of which most instances are in parts that have tripped by evidence, the new one included;
 * null when there is none. One part alone is no reason: it takes two.
 *
 * `elsewhere` are instances of which it is not known where they are, as nothing fails where they report: they are healthy,
 * and may be in any part.
 */
export function widerThan(
  part: Part,
  live: readonly ScopedState[],
  groups: readonly GroupCounts[],
  elsewhere: number,
): Wider | null {
  const tripped = [
    ...live.filter(({ control }) => control.mode === 'auto'),
    { scope: part.scope, within: part.within, instances: part.window.reporting },
  ];
  const targets = GROUP_KINDS.flatMap((kind): Scope[] => {
    const value = part.within[kind];
    return value === undefined ? [] : [{ kind, value }];
  });
  for (const scope of [...targets, null]) {
    const wider = widerTo(scope, part, tripped, groups, elsewhere);
    if (wider !== null) return wider;
  }
  return null;
}

function widerTo(
  scope: Scope | null,
  part: Part,
  tripped: readonly Pick<ScopedState, 'scope' | 'within' | 'instances'>[],
  groups: readonly GroupCounts[],
  elsewhere: number,
): Wider | null {
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
  { scope, within }: Pick<ScopedState, 'scope' | 'within'>,
  wider: Scope | null,
): boolean {
  if (wider === null) return true;
  if (sameScope(scope, wider) || rankOf(scope) >= rankOf(wider)) return false;
  return wider.kind !== 'instance' && within[wider.kind] === wider.value;
}
