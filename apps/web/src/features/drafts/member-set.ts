import type { MergeField, Versions } from './three-way';

/** Members shown by name; more of them are counted. */
const TOLD = 6;

interface MemberSet<T, M> {
  readonly id: string;
  readonly label: string;
  readonly read: (value: T) => readonly M[];
  readonly write: (members: readonly M[], into: T) => T;
}

function listed(members: readonly unknown[]): string {
  const more = members.length - TOLD;
  const named = members.slice(0, TOLD).map(String).join(', ');
  return more > 0 ? `${named} and ${more} more` : named;
}

/** What makes a set of what it was: "added de, at; removed fr". */
function changeWords<M>(before: readonly M[], members: readonly M[]): string {
  const { added, removed } = memberChanges(before, members);
  return [
    ...(added.length === 0 ? [] : [`added ${listed(added)}`]),
    ...(removed.length === 0 ? [] : [`removed ${listed(removed)}`]),
  ].join('; ');
}

/** Who has come to a set and gone from it. */
export function memberChanges<M>(before: readonly M[], members: readonly M[]) {
  if (before === members) return { added: [], removed: [] };
  const [old, now] = [new Set(before), new Set(members)];
  return {
    added: members.filter((member) => !old.has(member)),
    removed: before.filter((member) => !now.has(member)),
  };
}

/** With what each of both has added, and without what either has removed. */
function joined<M>({ base, theirs, mine }: Versions<readonly M[]>): readonly M[] {
  const [inBase, inTheirs, inMine] = [new Set(base), new Set(theirs), new Set(mine)];
  const kept = theirs.filter((member) => inMine.has(member) || !inBase.has(member));
  const added = mine.filter((member) => !inBase.has(member) && !inTheirs.has(member));
  return [...kept, ...added];
}

/** A field whose value is a set: two who add and remove members do not contradict each other. */
export function memberSet<T, M>({ id, label, read, write }: MemberSet<T, M>): MergeField<T> {
  return {
    id,
    label,
    tell: (value, before) => {
      const change = changeWords(read(before), read(value));
      return change === '' ? listed(read(value)) || 'none' : change;
    },
    identity: (value) =>
      JSON.stringify(
        read(value)
          .map((member) => JSON.stringify(member))
          .toSorted(),
      ),
    carry: (from, into) => write(read(from), into),
    join: ({ base, theirs, mine }, into) =>
      write(joined({ base: read(base), theirs: read(theirs), mine: read(mine) }), into),
  };
}
