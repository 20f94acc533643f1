import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memberSet } from './member-set';
import { mergingOf } from './three-way';

type Names = readonly string[];
const field = memberSet<Names, string>({
  id: 'names',
  label: 'Names',
  read: (names) => names,
  write: (names) => names,
});
const merging = mergingOf<Names>(() => [field]);
const merge = (base: Names, theirs: Names, mine: Names) =>
  merging.merge({ base, theirs, mine }, new Map());

describe('memberSet', () => {
  it('keeps what either has added and leaves out what either has removed', () => {
    expect(merge(['a', 'b', 'c'], ['a', 'c', 'd'], ['a', 'b', 'e'])).toEqual(['a', 'd', 'e']);
    expect(merge(['a'], ['a', 'b'], ['a', 'b', 'c'])).toEqual(['a', 'b', 'c']);
    expect(merge(['a', 'b'], ['b', 'a'], ['a', 'b'])).toEqual(['b', 'a']);
  });

  it('has for any three sets exactly what each change says, whoever saved first', () => {
    const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'));
    fc.assert(
      fc.property(names, names, names, (base, theirs, mine) => {
        const merged = merge(base, theirs, mine);
        for (const name of new Set([...base, ...theirs, ...mine])) {
          const [was, now, own] = [base, theirs, mine].map((one) => one.includes(name));
          expect(merged.includes(name)).toBe(
            was === true ? now === true && own === true : now === true || own === true,
          );
        }
        expect(new Set(merged).size).toBe(merged.length);
        expect(merge(base, mine, theirs).toSorted()).toEqual(merged.toSorted());
      }),
    );
  });

  it('tells the difference, and no endless list', () => {
    const [told] = merging.compare({ base: ['a', 'b'], theirs: ['b', 'c'], mine: ['a', 'b', 'd'] });
    expect(told).toMatchObject({
      base: 'a, b',
      theirs: 'added c; removed a',
      mine: 'added d',
      changedBy: 'joined',
    });
    const many = Array.from({ length: 900 }, (_, index) => `acct_${index}`);
    expect(field.tell(many, [])).toBe(
      'added acct_0, acct_1, acct_2, acct_3, acct_4, acct_5 and 894 more',
    );
    expect(field.tell([], [])).toBe('none');
  });
});
