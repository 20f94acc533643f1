import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AttributeValue,
  type Clause,
  type Context,
  type Operator,
  OPERATORS,
  type Rule,
} from '../model/rules.js';
import { compileRules, evaluateRules, findRule } from './rules.js';

function clause(operator: Operator, values: AttributeValue[], more: Partial<Clause> = {}): Clause {
  return { attribute: 'a', operator, values, ...more };
}
function rule(id: string, clauses: Clause[], more: Partial<Rule> = {}): Rule {
  return { id, when: 'always', clauses, effect: { kind: 'admit' }, ...more };
}
const matches = (tested: Clause, value: unknown) =>
  // What a program hands over may be anything.
  evaluateRules([rule('r', [tested])], { a: value } as Context, true) !== null;

describe('operators', () => {
  it.each<[Operator, AttributeValue[], AttributeValue, boolean]>([
    ['in', ['x', 'y'], 'y', true],
    ['in', ['x', 'y'], 'Y', false],
    ['in', [42], '42', true],
    ['in', ['42'], 42, true],
    ['in', ['true'], true, true],
    ['in', [''], '', true],
    ['contains', ['@corp'], 'me@corp.example', true],
    ['contains', ['@corp'], 'me@home.example', false],
    ['starts_with', ['eu-', 'us-'], 'us-east', true],
    ['starts_with', ['eu-'], 'neu-', false],
    ['ends_with', ['.example'], 'a.example', true],
    ['ends_with', ['.example'], 'a.example.org', false],
    ['lt', [10], 9.99, true],
    ['lt', [10], 10, false],
    ['lt', ['10'], '9', true],
    ['lte', [10], '10.0', true],
    ['gt', [10], '1e2', true],
    ['gt', [10], 10, false],
    ['gte', [10], 10, true],
    ['gte', [100, 10], 50, true],
    ['gt', [10], '0x20', false],
    ['gt', [10], '', false],
    ['gt', [10], true, false],
    ['gt', [10], Number.POSITIVE_INFINITY, false],
    ['lt', [10], Number.NaN, false],
    ['semver_eq', ['1.2.3'], '1.2.3+build.7', true],
    ['semver_eq', ['1.2.3'], '1.2.4', false],
    ['semver_lt', ['1.10.0'], '1.9.9', true],
    ['semver_lte', ['1.9.9'], '1.9.9', true],
    ['semver_gt', ['1.9.9'], '1.10.0', true],
    ['semver_gte', ['2.0.0'], '2.0.0-rc.1', false],
    ['semver_gte', ['2.0.0'], 'v2.0.0', false],
    ['semver_gte', ['2.0.0'], 2, false],
    ['exists', [], '', true],
    ['exists', [], false, true],
    ['exists', [], 0, true],
  ])('%s %j on %j: %s', (operator, values, value, expected) => {
    expect(matches(clause(operator, values), value)).toBe(expected);
  });

  it.each<[Operator, AttributeValue[], AttributeValue, boolean]>([
    ['in', ['X'], 'x', true],
    ['contains', ['CORP'], 'me@Corp.example', true],
    ['starts_with', ['Ä'], 'ähnlich', true],
    ['ends_with', ['.Example'], 'A.EXAMPLE', true],
  ])('%s %j ignores the case of %j', (operator, values, value, expected) => {
    expect(matches(clause(operator, values, { ignoreCase: true }), value)).toBe(expected);
    expect(matches(clause(operator, values), value)).toBe(false);
  });

  it('negate turns a comparison round', () => {
    expect(matches(clause('in', ['x'], { negate: true }), 'y')).toBe(true);
    expect(matches(clause('in', ['x'], { negate: true }), 'x')).toBe(false);
    expect(matches(clause('gt', [10], { negate: true }), 5)).toBe(true);
  });

  it.each([...OPERATORS].filter((operator) => operator !== 'exists'))(
    '%s never matches a missing attribute, negated or not',
    (operator) => {
      for (const missing of [undefined, null, {}, ['x'], () => 1]) {
        for (const negate of [false, true]) {
          expect(matches(clause(operator, ['1', '1.0.0'], { negate }), missing)).toBe(false);
        }
      }
    },
  );

  it.each<[Operator, AttributeValue]>([
    ['gt', 'many'],
    ['lt', true],
    ['semver_gt', 'latest'],
  ])('%s never matches what cannot be compared (%j), negated or not', (operator, value) => {
    for (const negate of [false, true]) {
      expect(matches(clause(operator, ['1', '1.0.0'], { negate }), value)).toBe(false);
    }
  });

  it('exists, negated, asks for absence', () => {
    const absent = clause('exists', [], { negate: true });
    expect(matches(absent, undefined)).toBe(true);
    expect(matches(absent, null)).toBe(true);
    expect(matches(absent, 'x')).toBe(false);
  });

  it('an unknown operator never matches, negated or not', () => {
    for (const negate of [false, true]) {
      const unknown = { ...clause('in', ['x'], { negate }), operator: 'sounds_like' as Operator };
      expect(matches(unknown, 'x')).toBe(false);
    }
  });

  it('names that every object inherits are missing attributes', () => {
    for (const attribute of ['constructor', '__proto__', 'toString']) {
      expect(
        evaluateRules([rule('r', [{ attribute, operator: 'exists', values: [] }])], {}, true),
      ).toBeNull();
    }
  });
});

describe('rules', () => {
  const staff = rule('staff', [clause('ends_with', ['@corp.example'], { attribute: 'email' })]);
  const big = rule('big', [
    clause('gt', [1_000], { attribute: 'amount' }),
    clause('in', ['eu'], { attribute: 'region' }),
  ]);

  it('the first that matches wins', () => {
    const context = { email: 'me@corp.example', amount: 5_000, region: 'eu' };
    expect(evaluateRules([staff, big], context, true)?.id).toBe('staff');
    expect(evaluateRules([big, staff], context, true)?.id).toBe('big');
  });

  it('clauses are AND-ed', () => {
    expect(evaluateRules([big], { amount: 5_000, region: 'us' }, true)).toBeNull();
    expect(evaluateRules([big], { amount: 5_000 }, true)).toBeNull();
  });

  it('not_closed applies only while the breaker is not closed', () => {
    const later = { ...staff, when: 'not_closed' as const };
    expect(evaluateRules([later], { email: 'me@corp.example' }, true)).toBeNull();
    expect(evaluateRules([later], { email: 'me@corp.example' }, false)?.id).toBe('staff');
  });

  it('without clauses match nobody', () => {
    expect(evaluateRules([rule('all', [])], { a: 1 }, false)).toBeNull();
  });

  it("an instance's attribute stands in where the call has none", () => {
    const zone = compileRules([rule('zone', [clause('in', ['a'], { attribute: 'zone' })])]);
    expect(findRule(zone, { accountId: '1' }, true, { zone: 'a' })?.rule.id).toBe('zone');
    expect(findRule(zone, { zone: 'b' }, true, { zone: 'a' })).toBeNull();
    expect(findRule(zone, undefined, true, { zone: 'a' })?.rule.id).toBe('zone');
    expect(findRule(zone, undefined, true)).toBeNull();
  });

  it('prepared and unprepared agree, and a negated clause is the contrary on comparable values', () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.double());
    fc.assert(
      fc.property(
        fc.constantFrom(...OPERATORS),
        fc.array(value),
        value,
        fc.boolean(),
        (operator, values, given, ignoreCase) => {
          const plain = matches(clause(operator, values, { ignoreCase }), given);
          const negated = matches(clause(operator, values, { ignoreCase, negate: true }), given);
          expect(plain && negated).toBe(false);
          if (['in', 'contains', 'starts_with', 'ends_with', 'exists'].includes(operator)) {
            expect(plain || negated).toBe(true);
          }
        },
      ),
    );
  });
});

describe('further operators', () => {
  it.each<[Operator, AttributeValue[], AttributeValue, boolean]>([
    ['matches', ['^eu-', '^us-'], 'us-east', true],
    ['matches', ['^eu-'], 'us-east', false],
    ['matches', ['^4\\d$'], 42, true],
    ['before', ['2026-01-01'], '2025-12-31T23:59:59Z', true],
    ['before', ['2026-01-01'], Date.UTC(2026, 0, 1), false],
    ['after', ['2026-01-01', '2027-01-01'], '2026-06-01', true],
    ['in_cidr', ['10.0.0.0/8', '2001:db8::/32'], '2001:db8::7', true],
    ['in_cidr', ['10.0.0.0/8'], '192.0.2.1', false],
  ])('%s %j on %j: %s', (operator, values, value, expected) => {
    expect(matches(clause(operator, values), value)).toBe(expected);
    expect(matches(clause(operator, values, { negate: true }), value)).toBe(!expected);
  });

  it.each<[Operator, AttributeValue[], AttributeValue]>([
    ['matches', ['('], 'x'],
    ['matches', ['a', '(?=x)'], 'b'],
    ['matches', ['a'], 'b'.repeat(2_000)],
    ['before', ['2026-01-01'], 'soon'],
    ['in_cidr', ['10.0.0.0/8'], 'localhost'],
    ['in_cidr', ['10.0.0.0/8'], 10],
  ])('%s %j says nothing about %j, negated or not', (operator, values, value) => {
    for (const negate of [false, true]) {
      expect(matches(clause(operator, values, { negate }), value)).toBe(false);
    }
  });
});
