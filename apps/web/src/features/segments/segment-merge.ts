import type { Clause } from '@recloser/core';
import { memberSet } from '../drafts/member-set';
import { type MergeField, mergingOf, type Versions } from '../drafts/three-way';
import { clauseWords, OPERATOR_WORDS } from '../rules/rule-text';
import { writeValues } from '../rules/value-list';

/** All that the dialog of a segment edits. */
export interface SegmentDraft {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly clauses: readonly Clause[];
}

/** Operators for which one more value means one more member; of the others' values, one is what is meant. */
const OF_MEMBERS: readonly Clause['operator'][] = [
  'in',
  'contains',
  'starts_with',
  'ends_with',
  'matches',
  'in_cidr',
];

/** A clause without its values, and which it is of those that ask the same. */
interface Question extends Omit<Clause, 'values'> {
  readonly id: string;
}

function questionsOf(clauses: readonly Clause[]): readonly Question[] {
  const asked = new Map<string, number>();
  return clauses.map(({ values: _values, ...question }) => {
    const { attribute, operator, negate = false, ignoreCase = false } = question;
    const same = JSON.stringify([attribute, operator, negate, ignoreCase]);
    const count = (asked.get(same) ?? 0) + 1;
    asked.set(same, count);
    return { ...question, id: `${same} ${count}` };
  });
}

/** −1: there is none. */
function clauseIndexOf({ clauses }: SegmentDraft, id: string): number {
  return questionsOf(clauses).findIndex((question) => question.id === id);
}

function clauseOf(segment: SegmentDraft, id: string): Clause | undefined {
  return segment.clauses[clauseIndexOf(segment, id)];
}

function withValues(segment: SegmentDraft, id: string, values: Clause['values']): SegmentDraft {
  const clauses = segment.clauses.map((clause, place) =>
    place === clauseIndexOf(segment, id) ? { ...clause, values } : clause,
  );
  return { ...segment, clauses };
}

function labelOf({ attribute, operator, negate }: Question): string {
  return `Who · ${attribute} ${negate === true ? 'not ' : ''}${OPERATOR_WORDS[operator]}`;
}

/** The values of a clause that all versions have. */
function valuesOf(question: Question): MergeField<SegmentDraft> {
  const { id } = question;
  const label = labelOf(question);
  const read = (segment: SegmentDraft) => clauseOf(segment, id)?.values ?? [];
  const write = (values: Clause['values'], into: SegmentDraft) => withValues(into, id, values);
  if (OF_MEMBERS.includes(question.operator)) return memberSet({ id, label, read, write });
  return {
    id,
    label,
    tell: (segment) => writeValues(read(segment)),
    carry: (from, into) => write(read(from), into),
  };
}

/** A clause that is not in all versions: it is there or not, as a whole. */
function wholeOf(question: Question): MergeField<SegmentDraft> {
  const { id } = question;
  return {
    id,
    label: labelOf(question),
    tell: (segment) => {
      const clause = clauseOf(segment, id);
      return clause === undefined ? 'does not matter' : clauseWords(clause);
    },
    carry: (from, into) => {
      const [clause, place] = [clauseOf(from, id), clauseIndexOf(into, id)];
      const others = place === -1 ? into.clauses : into.clauses.toSpliced(place, 1);
      return { ...into, clauses: clause === undefined ? others : [...others, clause] };
    },
  };
}

function clauseFields({ base, theirs, mine }: Versions<SegmentDraft>) {
  const all = [mine, theirs, base];
  const questions = new Map(
    all.flatMap(({ clauses }) => questionsOf(clauses)).map((question) => [question.id, question]),
  );
  return [...questions.values()].map((question) =>
    all.every((segment) => clauseIndexOf(segment, question.id) !== -1)
      ? valuesOf(question)
      : wholeOf(question),
  );
}

const NAME: MergeField<SegmentDraft> = {
  id: 'name',
  label: 'Name',
  tell: ({ name }) => name,
  carry: ({ name }, into) => ({ ...into, name }),
};

const DESCRIPTION: MergeField<SegmentDraft> = {
  id: 'description',
  label: 'Description',
  tell: ({ description }) => description || 'none',
  carry: ({ description }, into) => ({ ...into, description }),
};

/** A segment field by field; its members are a set. */
export const segmentMerging = mergingOf<SegmentDraft>((versions) => [
  NAME,
  DESCRIPTION,
  ...clauseFields(versions),
]);
