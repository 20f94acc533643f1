import { describe, expect, it } from 'vitest';
import { admits, compileBreaker } from '../admission/decision.js';
import { type BreakerView } from '../model/model.js';
import {
  type AttributeValue,
  type Clause,
  type Context,
  type Operator,
  type Rule,
  type Segment,
  SEGMENT_ATTRIBUTE,
} from '../model/rules.js';
import { compileRules, findRule } from './rules.js';
import { segmentsNamedBy, validateRules } from './rules-validation.js';
import { validateSegment } from './segment-validation.js';

const VIEW: BreakerView = {
  key: 'b',
  version: 1,
  state: 'open',
  mode: 'auto',
  admission: 0,
  salt: 's',
  cohortKey: 'accountId',
  rules: [],
  call: { timeoutMs: null, stallMs: null, slowMs: null },
  retryAfterMs: null,
};

function clause(operator: Operator, values: AttributeValue[], more: Partial<Clause> = {}): Clause {
  return { attribute: 'a', operator, values, ...more };
}
function rule(id: string, clauses: Clause[], more: Partial<Rule> = {}): Rule {
  return { id, when: 'always', clauses, effect: { kind: 'admit' }, ...more };
}
describe('segments', () => {
  const segments: Segment[] = [
    { key: 'staff', clauses: [clause('ends_with', ['@corp'], { attribute: 'email' })] },
    {
      key: 'big-eu',
      clauses: [
        clause('in', ['eu'], { attribute: 'region' }),
        clause('gt', [1_000], { attribute: 'seats' }),
      ],
    },
  ];
  const inSegment = (keys: string[], negate = false) =>
    compileRules(
      [rule('r', [clause('in_segment', keys, { attribute: SEGMENT_ATTRIBUTE, negate })])],
      segments,
    );
  const found = (keys: string[], context: Context, negate = false) =>
    findRule(inSegment(keys, negate), context, true) !== null;

  it('match who matches all clauses of any of them', () => {
    expect(found(['staff'], { email: 'a@corp' })).toBe(true);
    expect(found(['staff', 'big-eu'], { region: 'eu', seats: 2_000 })).toBe(true);
    expect(found(['staff', 'big-eu'], { region: 'eu', seats: 2 })).toBe(false);
  });

  it('negated, match who is known to be in none of them', () => {
    expect(found(['staff'], { email: 'a@home' }, true)).toBe(true);
    expect(found(['staff'], { email: 'a@corp' }, true)).toBe(false);
    // One clause that fails is enough to be outside; without one nothing is known.
    expect(found(['big-eu'], { region: 'us' }, true)).toBe(true);
    expect(found(['big-eu'], { region: 'eu' }, true)).toBe(false);
    expect(found(['staff'], {}, true)).toBe(false);
  });

  it('that are not there match nobody, negated or not', () => {
    expect(found(['gone'], { email: 'a@corp' })).toBe(false);
    expect(found(['gone'], { email: 'a@corp' }, true)).toBe(false);
    expect(found(['gone', 'staff'], { email: 'a@corp' })).toBe(true);
  });

  it('reach a decision through the view', () => {
    const view = {
      ...VIEW,
      rules: [rule('r', [clause('in_segment', ['staff'], { attribute: SEGMENT_ATTRIBUTE })])],
      segments,
    };
    expect(admits(compileBreaker(view), { email: 'a@corp' })).toBe(true);
    expect(admits(compileBreaker(view), { email: 'a@home' })).toBe(false);
    const { segments: _gone, ...without } = view;
    expect(admits(compileBreaker(without), { email: 'a@corp' })).toBe(false);
  });

  it.each<[string, Segment, string[]]>([
    ['an odd key', { key: 'Staff!', clauses: [clause('in', ['x'])] }, ['key']],
    ['no clauses', { key: 'a', clauses: [] }, ['clauses']],
    [
      'another segment',
      { key: 'a', clauses: [clause('in_segment', ['b'])] },
      ['clauses.0.operator'],
    ],
    [
      'too many values in all',
      {
        key: 'a',
        clauses: [1, 2].map(() =>
          clause(
            'gt',
            Array.from({ length: 501 }, (_, i) => i),
          ),
        ),
      },
      ['clauses'],
    ],
    [
      'too many values in its lists',
      {
        key: 'a',
        clauses: [1, 2].map(() =>
          clause(
            'in',
            Array.from({ length: 50_001 }, (_, i) => i),
          ),
        ),
      },
      ['clauses'],
    ],
    [
      'too many places in its patterns',
      { key: 'a', clauses: [clause('matches', Array<string>(5).fill('a{450}'))] },
      ['clauses'],
    ],
  ])('with %s are not saved', (_name, segment, expected) => {
    expect(validateSegment(segment).map(({ path }) => path)).toEqual(expected);
  });

  it('that a rule names have to be there', () => {
    const rules = [rule('r', [clause('in_segment', ['staff', 'x'], { attribute: 'segment' })])];
    expect(segmentsNamedBy(rules)).toEqual(['staff', 'x']);
    expect(validateRules(rules)).toEqual([]);
    expect(validateRules(rules, segments).map(({ path }) => path)).toEqual([
      'rules.0.clauses.0.values.1',
    ]);
  });
});
