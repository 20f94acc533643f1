import type { Clause, RuleProblem } from '@recloser/core';

/** What stands below a rule: what is still to be filled in is no mistake yet. */
export interface ClauseNote {
  readonly path: string;
  readonly kind: 'missing' | 'wrong';
  readonly text: string;
}

const FIELD = /(?:^|\.)clauses\.(\d+)\.(attribute|values)$/;

function missingIn({ attribute, operator, values }: Clause): string | null {
  if (operator === 'in_segment') return values.length === 0 ? 'Choose a segment.' : null;
  const unvalued = values.length === 0 && operator !== 'exists';
  if (attribute === '') {
    const name = 'Name an attribute of the calls, such as accountId or plan';
    return unvalued ? `${name}, and its values.` : `${name}.`;
  }
  return unvalued ? 'Give at least one value.' : null;
}

/** The problems of some clauses, what is only missing told once per clause. */
export function clauseNotes(
  problems: readonly RuleProblem[],
  clauses: readonly Clause[],
): readonly ClauseNote[] {
  const notes = new Map<string, ClauseNote>();
  for (const { path, message } of problems) {
    const [, place = '', field] = FIELD.exec(path) ?? [];
    const clause = place === '' ? undefined : clauses[Number(place)];
    const empty = field === 'attribute' ? clause?.attribute === '' : clause?.values.length === 0;
    const missing = clause === undefined || !empty ? null : missingIn(clause);
    if (missing === null) {
      notes.set(path, { path, kind: 'wrong', text: message });
    } else {
      const where = clauses.length > 1 ? `Condition ${Number(place) + 1}: ` : '';
      notes.set(place, { path: place, kind: 'missing', text: where + missing });
    }
  }
  return [...notes.values()];
}
