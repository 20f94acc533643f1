import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MergeField, mergingOf, mergingVia, type Side } from './three-way';

type Pair = Readonly<Record<'a' | 'b', number>>;
const field = (id: keyof Pair): MergeField<Pair> => ({
  id,
  label: id.toUpperCase(),
  tell: (pair) => `${pair[id]} s`,
  carry: (from, into) => ({ ...into, [id]: from[id] }),
});
const merging = mergingOf<Pair>(() => [field('a'), field('b')]);
const base: Pair = { a: 1, b: 1 };
const none = new Map<string, Side>();

describe('mergingOf', () => {
  it('tells who changed what, and leaves out what is the same', () => {
    const fields = merging.compare({ base, theirs: { a: 2, b: 1 }, mine: { a: 3, b: 1 } });
    expect(fields).toEqual([
      { id: 'a', label: 'A', base: '1 s', theirs: '2 s', mine: '3 s', changedBy: 'conflict' },
    ]);
    const by = (theirs: Pair, mine: Pair) =>
      merging.compare({ base, theirs, mine }).map(({ changedBy }) => changedBy);
    expect(by({ a: 2, b: 1 }, { a: 1, b: 2 })).toEqual(['theirs', 'mine']);
    expect(by({ a: 2, b: 2 }, { a: 2, b: 2 })).toEqual(['both', 'both']);
    expect(by(base, base)).toEqual([]);
  });

  it('merges what only one has changed; of a conflict mine, or what is chosen', () => {
    const versions = { base, theirs: { a: 2, b: 5 }, mine: { a: 3, b: 1 } };
    expect(merging.merge(versions, none)).toEqual({ a: 3, b: 5 });
    expect(merging.merge(versions, new Map([['a', 'theirs']]))).toEqual({ a: 2, b: 5 });
  });

  it('gives back the only changed side, whichever it is', () => {
    const pair = fc.record({ a: fc.nat(3), b: fc.nat(3) });
    fc.assert(
      fc.property(pair, pair, (from, changed) => {
        expect(merging.merge({ base: from, theirs: from, mine: changed }, none)).toEqual(changed);
        expect(merging.merge({ base: from, theirs: changed, mine: from }, none)).toEqual(changed);
      }),
    );
  });

  it('asks nobody where both changes go together', () => {
    const sum: MergeField<Pair> = {
      ...field('a'),
      tell: (pair, before) => `${pair.a - before.a} more`,
      identity: ({ a }) => String(a),
      join: ({ base: { a }, theirs, mine }, into) => ({ ...into, a: theirs.a + mine.a - a }),
    };
    const joining = mergingOf<Pair>(() => [sum, field('b')]);
    const versions = { base, theirs: { a: 3, b: 1 }, mine: { a: 5, b: 2 } };
    expect(joining.merge(versions, none)).toEqual({ a: 7, b: 2 });
    expect(joining.compare(versions)[0]).toMatchObject({
      base: '0 more',
      theirs: '2 more',
      mine: '4 more',
      changedBy: 'joined',
    });
    expect(joining.merge({ ...versions, theirs: base }, none)).toEqual({ a: 5, b: 2 });
  });

  it('serves what holds such a value', () => {
    const held = mergingVia(
      merging,
      ([pair]: readonly [Pair]) => pair,
      (pair): readonly [Pair] => [pair],
    );
    const versions = {
      base: [base] as const,
      theirs: [{ a: 1, b: 9 }] as const,
      mine: [{ a: 4, b: 1 }] as const,
    };
    expect(held.merge(versions, none)).toEqual([{ a: 4, b: 9 }]);
    expect(held.compare(versions)).toHaveLength(2);
  });
});
