import type { Rule } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { moved, newRule, ruleChanges, ruleWords } from './rule-text';
import { parseRules } from './parse-rules';

const rule = (id: string, changes: Partial<Rule> = {}): Rule => ({
  id,
  when: 'not_closed',
  clauses: [{ attribute: 'plan', operator: 'in', values: ['pro', 'team'] }],
  effect: { kind: 'admit' },
  ...changes,
});

describe('words', () => {
  it('tell who, what and when', () => {
    expect(ruleWords(rule('a'))).toBe('plan is one of pro, team → admit, while not closed');
    expect(
      ruleWords(
        rule('b', {
          when: 'always',
          clauses: [
            { attribute: 'beta', operator: 'exists', values: [], negate: true },
            { attribute: 'seats', operator: 'gte', values: ['50'] },
          ],
          effect: { kind: 'admission', admission: 2 ** 30 },
        }),
      ),
    ).toBe('beta not is present and seats ≥ 50 → admit 25%, always');
  });
});

describe('editing', () => {
  it('moves within the list only', () => {
    expect(moved(['a', 'b', 'c'], 1, -1)).toEqual(['b', 'a', 'c']);
    expect(moved(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'b', 'c']);
  });

  it('gives a new rule an id of its own', () => {
    expect(newRule([rule('rule-2')]).id).toBe('rule-3');
  });

  it('tells what was added, removed, changed and moved', () => {
    const before = [rule('a'), rule('b')];
    expect(ruleChanges(before, before)).toEqual([]);
    const changes = ruleChanges(before, [rule('b', { effect: { kind: 'reject' } }), rule('c')]);
    expect(changes.map(({ label }) => label)).toEqual(['Rule b', 'Rule c', 'Rule a']);
    expect(changes.at(-1)?.after).toBe('no rule');
  });
});

describe('parseRules', () => {
  it('reads what it writes', () => {
    const rules = [rule('a')];
    expect(parseRules(JSON.stringify(rules))).toEqual({ ok: true, rules });
  });

  it.each([
    ['{', /JSON|Expected/],
    ['{}', /list of rules/],
    ['[{"id":"a"}]', /Rule 1 needs/],
    [JSON.stringify([rule('a', { clauses: [] })]), /rules\.0\.clauses/],
    [JSON.stringify([rule('a'), rule('a')]), /another rule/],
  ])('says what is wrong with %s', (text, message) => {
    const parsed = parseRules(text);
    expect(parsed).toMatchObject({ ok: false });
    expect(parsed.ok ? '' : parsed.message).toMatch(message);
  });
});
