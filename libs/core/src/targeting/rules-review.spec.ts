import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRules, findRule } from './rules.js';
import { reviewRules } from './rules-review.js';
import type { Clause, Operator, Rule } from '../model/rules.js';

const clause = (operator: Operator, values: Clause['values'], more: Partial<Clause> = {}) => ({
  attribute: 'a',
  operator,
  values,
  ...more,
});
const rule = (id: string, clauses: Clause[], when: Rule['when'] = 'always'): Rule => ({
  id,
  when,
  clauses,
  effect: { kind: 'admit' },
});
const warned = (...rules: Rule[]) => reviewRules(rules).map(({ ruleId }) => ruleId);

describe('reviewRules', () => {
  it.each<[string, Clause[]]>([
    ['two values at once', [clause('in', ['x']), clause('in', ['y'])]],
    ['all values excluded', [clause('in', ['x']), clause('in', ['x', 'y'], { negate: true })]],
    ['absent and compared', [clause('exists', [], { negate: true }), clause('gt', [1])]],
    ['an empty range', [clause('gt', [10]), clause('lt', [5])]],
    ['a point that is left out', [clause('gte', [10]), clause('lt', [10])]],
    [
      'a time before and after',
      [clause('after', ['2026-01-02']), clause('before', ['2026-01-01'])],
    ],
  ])('warns of %s', (_name, clauses) => {
    expect(warned(rule('r', clauses))).toEqual(['r']);
  });

  it.each<[string, Clause[]]>([
    ['ranges that meet', [clause('gte', [10]), clause('lte', [10])]],
    ['a value in common', [clause('in', ['x', 'y']), clause('in', ['y', 'z'])]],
    ['other attributes', [clause('in', ['x']), clause('in', ['y'], { attribute: 'b' })]],
    ['a bound of several that fits', [clause('gt', [10, 1]), clause('lt', [5])]],
  ])('lets %s pass', (_name, clauses) => {
    expect(warned(rule('r', clauses))).toEqual([]);
  });

  it('warns of a rule that an earlier one takes everything from', () => {
    const pro = rule('pro', [clause('in', ['pro', 'team'])]);
    const narrower = rule('narrower', [
      clause('in', ['pro']),
      clause('gt', [1], { attribute: 'b' }),
    ]);
    expect(warned(pro, narrower)).toEqual(['narrower']);
    expect(warned(narrower, pro)).toEqual([]);
    expect(warned({ ...pro, when: 'not_closed' }, narrower)).toEqual([]);
    expect(warned(rule('any', [clause('exists', [])]), narrower)).toEqual(['narrower']);
  });

  it('is never wrong: whom it warns of never decides', () => {
    const value = fc.constantFrom('x', 'y', 1, 5, 10);
    const any = fc.record({
      attribute: fc.constantFrom('a', 'b'),
      operator: fc.constantFrom<Operator>('in', 'exists', 'gt', 'gte', 'lt', 'lte', 'contains'),
      values: fc.array(value, { minLength: 1, maxLength: 2 }),
      negate: fc.boolean(),
      ignoreCase: fc.boolean(),
    });
    const rules = fc.array(fc.array(any, { minLength: 1, maxLength: 3 }), { maxLength: 4 });
    const contexts = fc.array(fc.record({ a: value, b: value }, { requiredKeys: [] }), {
      minLength: 20,
      maxLength: 20,
    });
    fc.assert(
      fc.property(rules, contexts, (lists, given) => {
        const all = lists.map((clauses, index) => rule(`r${index}`, clauses));
        const warnings = new Set(warned(...all));
        const compiled = compileRules(all);
        for (const context of given) {
          const decided = findRule(compiled, context, true)?.rule.id;
          expect(decided !== undefined && warnings.has(decided)).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });
});
