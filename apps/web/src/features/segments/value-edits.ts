import type { Clause } from '@recloser/core';
import type { EditSegment } from '@recloser/protocol';
import { memberChanges } from '../drafts/member-set';

/** Values above which an edit is sent instead of the whole. */
const LONG = 1_000;

function questionOf({ values: _values, ...question }: Clause): string {
  return JSON.stringify(Object.entries(question).toSorted(([a], [b]) => a.localeCompare(b)));
}

/** What has come to the values of each clause and gone from them; null: the clauses themselves have changed. */
function valueChanges(before: readonly Clause[], after: readonly Clause[]) {
  const isSame =
    before.length === after.length &&
    after.every((clause, at) => {
      const old = before[at];
      return old !== undefined && questionOf(old) === questionOf(clause);
    });
  if (!isSame) return null;
  return after.map((clause, at) => memberChanges(before[at]?.values ?? [], clause.values));
}

/** What a request says of the clauses: of long lists only what has changed. */
export function clausesToSend(
  before: readonly Clause[],
  after: readonly Clause[],
): Pick<EditSegment, 'clauses' | 'edits'> {
  const changes = valueChanges(before, after);
  if (changes === null || after.every(({ values }) => values.length <= LONG)) {
    return { clauses: after.map((clause) => ({ ...clause, values: [...clause.values] })) };
  }
  const edits = changes
    .map(({ added, removed }, clause) => ({ clause, add: added, remove: removed }))
    .filter(({ add, remove }) => add.length + remove.length > 0);
  return { edits };
}

/** "+3 −1 values", or nothing where none has changed. */
export function changeWords(before: readonly Clause[], after: readonly Clause[]): string {
  const changes = valueChanges(before, after) ?? [];
  const [added, removed] = (['added', 'removed'] as const).map((side) =>
    changes.reduce((sum, change) => sum + change[side].length, 0),
  );
  const told = [
    ...(added ? [`+${added.toLocaleString('en')}`] : []),
    ...(removed ? [`−${removed.toLocaleString('en')}`] : []),
  ];
  return told.length === 0 ? '' : `${told.join(' ')} values`;
}
