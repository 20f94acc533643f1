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
  const added = members.filter((member) => !before.includes(member));
  const removed = before.filter((member) => !members.includes(member));
  return [
    ...(added.length === 0 ? [] : [`added ${listed(added)}`]),
    ...(removed.length === 0 ? [] : [`removed ${listed(removed)}`]),
  ].join('; ');
}

/** With what each of both has added, and without what either has removed. */
function joined<M>({ base, theirs, mine }: Versions<readonly M[]>): readonly M[] {
  const kept = theirs.filter((member) => mine.includes(member) || !base.includes(member));
  const added = mine.filter((member) => !base.includes(member) && !theirs.includes(member));
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
