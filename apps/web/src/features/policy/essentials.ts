import type { PolicyField, PolicyGroup } from './policy-fields';

/** What most people set; all else is behind "Advanced". */
const ESSENTIAL: ReadonlySet<string> = new Set([
  'trip.toleratedRate',
  'trip.excessMs',
  'minCalls',
  'quorum',
  'recovery.coolDownMs',
  'recovery.probes',
  'recovery.dwellPerOutage',
  'recovery.recoveryRate',
  'call.timeoutMs',
  'call.slowMs',
]);

export function isEssential(path: string): boolean {
  return ESSENTIAL.has(path) || path === 'recovery.ladder';
}

/** The few that stand open, in the order of the groups; each says which group it is of where its label does not. */
export function essentialFields(groups: readonly PolicyGroup[]): readonly PolicyField[] {
  const found = groups.flatMap(({ title, fields }) =>
    fields.filter(({ path }) => isEssential(path)).map((field) => ({ title, field })),
  );
  return found.map(({ title, field }) => {
    const isTwice = found.filter((other) => other.field.label === field.label).length > 1;
    return isTwice ? { ...field, label: `${field.label}, ${title.toLowerCase()}` } : field;
  });
}

/** The groups without the essentials; those with nothing left are dropped. */
export function advancedGroups(groups: readonly PolicyGroup[]): readonly PolicyGroup[] {
  return groups
    .map((group) => ({ ...group, fields: group.fields.filter(({ path }) => !isEssential(path)) }))
    .filter(({ fields }) => fields.length > 0);
}
