import { describe, expect, it } from 'vitest';
import { compileBreaker, decideAdmission } from './decision.js';
import type { BreakerView } from '../model/model.js';
import { explainRules } from './rules-explain.js';
import type { Clause, Rule } from '../model/rules.js';

const rule = (id: string, clauses: Clause[], when: Rule['when'] = 'always'): Rule => ({
  id,
  when,
  clauses,
  effect: { kind: 'admit' },
});
const plan: Clause = { attribute: 'plan', operator: 'in', values: ['pro'] };
const seats: Clause = { attribute: 'seats', operator: 'gt', values: [10] };
const staff: Clause = { attribute: 'segment', operator: 'in_segment', values: ['staff'] };
const VIEW: BreakerView = {
  key: 'b',
  version: 1,
  state: 'open',
  mode: 'auto',
  admission: 0,
  salt: 's',
  cohortKey: 'accountId',
  rules: [
    rule('both', [plan, seats]),
    rule('staff', [staff]),
    rule('pro', [plan]),
    rule('again', [{ ...plan, negate: false }]),
    rule('none', []),
  ],
  segments: [{ key: 'staff', clauses: [{ ...plan, attribute: 'role', values: ['staff'] }] }],
  call: { timeoutMs: null, stallMs: null, slowMs: null },
  retryAfterMs: null,
};

describe('explainRules', () => {
  it('says of each rule which clause failed and why, and which one decides', () => {
    const explained = explainRules(VIEW, { plan: 'pro', seats: 'many' });
    expect(explained).toMatchObject([
      {
        ruleId: 'both',
        verdict: 'no_match',
        clauses: [
          { attribute: 'plan', value: 'pro', verdict: 'matched' },
          { attribute: 'seats', value: 'many', verdict: 'not_comparable' },
        ],
      },
      { ruleId: 'staff', verdict: 'no_match', clauses: [{ verdict: 'missing', value: null }] },
      { ruleId: 'pro', verdict: 'decides' },
      { ruleId: 'again', verdict: 'shadowed' },
      { ruleId: 'none', verdict: 'no_match', clauses: [] },
    ]);
    const decision = decideAdmission(compileBreaker(VIEW), { plan: 'pro', seats: 'many' });
    expect(decision.ruleId).toBe('pro');
  });

  it('tells what fails from what is missing, and takes the instance’s attributes', () => {
    const [both] = explainRules(VIEW, { seats: 5 }, { plan: 'pro' });
    expect(both?.clauses.map(({ verdict }) => verdict)).toEqual(['matched', 'failed']);
    const [none] = explainRules(VIEW, { seats: 5 });
    expect(none?.clauses.map(({ verdict }) => verdict)).toEqual(['missing', 'failed']);
  });

  it.each([
    [{ mode: 'observe' as const }, 'not_now'],
    [{ mode: 'held' as const }, 'not_now'],
    [{ state: 'closed' as const }, 'decides'],
    [{ state: 'closed' as const, rules: [rule('pro', [plan], 'not_closed')] }, 'not_now'],
  ])('with %j: %s', (over, verdict) => {
    const explained = explainRules({ ...VIEW, ...over }, { plan: 'pro' });
    expect(explained.find(({ ruleId }) => ruleId === 'pro')?.verdict).toBe(verdict);
  });
});
