import { type Clause, validateSegment } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { clauseNotes } from './clause-notes';

function notesOf(...clauses: readonly Clause[]) {
  const problems = validateSegment({ key: 'staff', clauses });
  return clauseNotes(problems, clauses).map(({ kind, text }) => `${kind}: ${text}`);
}

describe('clauseNotes', () => {
  it('asks once for all that is missing, and calls nothing wrong that was not begun', () => {
    expect(notesOf({ attribute: '', operator: 'in', values: [] })).toEqual([
      'missing: Name an attribute of the calls, such as accountId or plan, and its values.',
    ]);
    expect(notesOf({ attribute: '', operator: 'exists', values: [] })).toEqual([
      'missing: Name an attribute of the calls, such as accountId or plan.',
    ]);
  });

  it('says which condition, where there are more', () => {
    const done: Clause = { attribute: 'plan', operator: 'in', values: ['pro'] };
    expect(notesOf(done, { ...done, values: [] })).toEqual([
      'missing: Condition 2: Give at least one value.',
    ]);
    expect(notesOf(done)).toEqual([]);
  });

  it('keeps what is wrong as it is', () => {
    const [note] = notesOf({ attribute: 'ip', operator: 'in_cidr', values: ['10.0.0.0/99'] });
    expect(note).toMatch(/^wrong: Give a block of addresses/);
  });
});
