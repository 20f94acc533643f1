import type { Rule } from '@recloser/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Side } from '../drafts/three-way';
import { ruleMerging } from './rule-merge';

const rule = (id: string, plan = 'pro', changes: Partial<Rule> = {}): Rule => ({
  id,
  when: 'always',
  clauses: [{ attribute: 'plan', operator: 'in', values: [plan] }],
  effect: { kind: 'admit' },
  ...changes,
});
const [a, b, c] = [rule('a'), rule('b'), rule('c')];
const none = new Map<string, Side>();
const merged = (base: readonly Rule[], theirs: readonly Rule[], mine: readonly Rule[]) =>
  ruleMerging.merge({ base, theirs, mine }, none);
const ids = (rules: readonly Rule[]) => rules.map(({ id }) => id).join('');

describe('ruleMerging', () => {
  it('merges parts of one rule that different people have changed', () => {
    const theirs = [{ ...a, effect: { kind: 'reject' as const } }, b];
    const mine = [rule('a', 'team'), b];
    expect(merged([a, b], theirs, mine)).toEqual([
      { ...rule('a', 'team'), effect: { kind: 'reject' } },
      b,
    ]);
    const told = ruleMerging.compare({ base: [a, b], theirs, mine });
    expect(told.map(({ label, changedBy }) => [label, changedBy])).toEqual([
      ['Rule a · match', 'mine'],
      ['Rule a · then', 'theirs'],
    ]);
    expect(told[1]).toMatchObject({ base: 'admit, always', theirs: 'reject, always' });
  });

  it('keeps what either has added, each in its place', () => {
    expect(ids(merged([a, b], [a, c, b], [rule('x'), a, rule('y'), rule('z'), b]))).toBe('xayzcb');
    expect(ids(merged([], [a], [b, c]))).toBe('bca');
  });

  it('keeps an order that one has changed, and what the other has added', () => {
    expect(ids(merged([a, b], [b, a], [a, c, b]))).toBe('bac');
    expect(ids(merged([a, b], [a, c, b], [b, a]))).toBe('bac');
  });

  it('asks where one has removed what the other has changed', () => {
    const versions = { base: [a, b], theirs: [rule('a', 'team'), b], mine: [b] };
    expect(ruleMerging.compare(versions)).toMatchObject([
      { label: 'Rule a', mine: 'no rule', changedBy: 'conflict' },
    ]);
    expect(ids(ruleMerging.merge(versions, none))).toBe('b');
    expect(ids(ruleMerging.merge(versions, new Map([['a', 'theirs']])))).toBe('ab');
  });

  it('finds no change where only the usual was written down', () => {
    const written = [{ ...a, clauses: a.clauses.map((one) => ({ ...one, negate: false })) }];
    expect(ruleMerging.compare({ base: [a], theirs: written, mine: [a] })).toEqual([]);
  });

  const list = fc.uniqueArray(
    fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), plan: fc.constantFrom('x', 'y') }),
    { selector: ({ id }) => id },
  );
  it('gives back the only changed side', () => {
    fc.assert(
      fc.property(list, list, (before, after) => {
        const [from, changed] = [before, after].map((rules) =>
          rules.map(({ id, plan }) => rule(id, plan)),
        ) as [Rule[], Rule[]];
        expect(merged(from, from, changed)).toEqual(changed);
        expect(merged(from, changed, from)).toEqual(changed);
      }),
    );
  });
});
