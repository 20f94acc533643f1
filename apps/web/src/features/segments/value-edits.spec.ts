import { describe, expect, it } from 'vitest';
import { changeWords, clausesToSend } from './value-edits';

const list = (values: readonly string[]) => [
  { attribute: 'accountId', operator: 'in' as const, values },
];
const ids = Array.from({ length: 100_000 }, (_, i) => `account-${i}`);

describe('the edit of a long list', () => {
  const after = list([...ids.slice(1), 'new', 'newer']);

  it('sends only what has come and gone', () => {
    expect(clausesToSend(list(ids), after)).toEqual({
      edits: [{ clause: 0, add: ['new', 'newer'], remove: ['account-0'] }],
    });
  });

  it('is reviewed by how many have come and gone', () => {
    expect(changeWords(list(ids), after)).toBe('+2 −1 values');
    expect(changeWords(list(ids), list(ids))).toBe('');
  });

  it('sends all clauses when one of them asks something else', () => {
    const other = [{ ...list(ids)[0], attribute: 'userId', operator: 'in' as const, values: ids }];
    expect(clausesToSend(list(ids), other).clauses?.[0]?.values).toHaveLength(100_000);
  });
});
