import { describe, expect, it } from 'vitest';
import type { AttributeValue, Clause, Operator, Rule } from '../model/rules.js';
import { validateRules } from './rules-validation.js';

function clause(operator: Operator, values: AttributeValue[], more: Partial<Clause> = {}): Clause {
  return { attribute: 'a', operator, values, ...more };
}
function rule(id: string, clauses: Clause[], more: Partial<Rule> = {}): Rule {
  return { id, when: 'always', clauses, effect: { kind: 'admit' }, ...more };
}
describe('validateRules', () => {
  const paths = (rules: readonly Rule[]) => validateRules(rules).map(({ path }) => path);

  it('finds nothing in good rules', () => {
    expect(
      validateRules([
        rule('a', [clause('in', ['x', 1, true])]),
        rule(
          'b',
          [clause('exists', []), clause('gt', ['1.5']), clause('semver_gte', ['1.0.0-rc.1'])],
          {
            when: 'not_closed',
            effect: { kind: 'admission', admission: 2 ** 28 },
          },
        ),
      ]),
    ).toEqual([]);
  });

  it.each<[string, Rule[], string[]]>([
    [
      'too many rules',
      Array.from({ length: 101 }, (_, i) => rule(`r${i}`, [clause('in', ['x'])])),
      ['rules'],
    ],
    [
      'the same id twice',
      [rule('a', [clause('in', ['x'])]), rule('a', [clause('in', ['x'])])],
      ['rules.1.id'],
    ],
    ['an empty id', [rule('', [clause('in', ['x'])])], ['rules.0.id']],
    ['no clauses', [rule('a', [])], ['rules.0.clauses']],
    [
      'too many clauses',
      [
        rule(
          'a',
          Array.from({ length: 21 }, () => clause('in', ['x'])),
        ),
      ],
      ['rules.0.clauses'],
    ],
    [
      'an impossible admission',
      [rule('a', [clause('in', ['x'])], { effect: { kind: 'admission', admission: 2 ** 33 } })],
      ['rules.0.effect.admission'],
    ],
    [
      'an unknown operator',
      [rule('a', [{ ...clause('in', ['x']), operator: 'sounds_like' as Operator }])],
      ['rules.0.clauses.0.operator'],
    ],
    ['no values', [rule('a', [clause('in', [])])], ['rules.0.clauses.0.values']],
    [
      'too many values',
      [
        rule('a', [
          clause(
            'in',
            Array.from({ length: 1_001 }, (_, i) => i),
          ),
        ]),
      ],
      ['rules.0.clauses.0.values'],
    ],
    ['values for exists', [rule('a', [clause('exists', ['x'])])], ['rules.0.clauses.0.values']],
    [
      'a long value',
      [rule('a', [clause('in', ['ok', 'x'.repeat(257)])])],
      ['rules.0.clauses.0.values.1'],
    ],
    [
      'a long attribute',
      [rule('a', [clause('in', ['x'], { attribute: 'x'.repeat(257) })])],
      ['rules.0.clauses.0.attribute'],
    ],
    [
      'no number to compare with',
      [rule('a', [clause('gt', ['many', 1])])],
      ['rules.0.clauses.0.values.0'],
    ],
    [
      'no version to compare with',
      [rule('a', [clause('semver_gt', ['1.2', 'v1.0.0', 3])])],
      ['rules.0.clauses.0.values.0', 'rules.0.clauses.0.values.1', 'rules.0.clauses.0.values.2'],
    ],
    [
      'a pattern that is none, with its place',
      [rule('a', [clause('matches', ['ok', '(', ''])])],
      ['rules.0.clauses.0.values.1', 'rules.0.clauses.0.values.2'],
    ],
    [
      'patterns with too many places',
      [rule('a', [clause('matches', Array<string>(5).fill('a{450}'))])],
      ['rules'],
    ],
    [
      'no point in time',
      [rule('a', [clause('before', ['soon']), clause('after', [1_700_000_000])])],
      ['rules.0.clauses.0.values.0', 'rules.0.clauses.1.values.0'],
    ],
    [
      'no block of addresses',
      [rule('a', [clause('in_cidr', ['10.0.0.0/8', '10.0.0.0/33', 7])])],
      ['rules.0.clauses.0.values.1', 'rules.0.clauses.0.values.2'],
    ],
    [
      'a segment of an attribute',
      [rule('a', [clause('in_segment', ['staff', ''])])],
      ['rules.0.clauses.0.attribute', 'rules.0.clauses.0.values.1'],
    ],
    ['an empty part', [rule('a', [clause('contains', [''])])], ['rules.0.clauses.0.values.0']],
    ['not a number', [rule('a', [clause('in', [Number.NaN])])], ['rules.0.clauses.0.values.0']],
  ])('%s', (_name, rules, expected) => {
    expect(paths(rules)).toEqual(expected);
    for (const { message } of validateRules(rules)) expect(message).toMatch(/^.{10,}\.$/);
  });
});
