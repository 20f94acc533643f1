import { ADMISSION_ALL, type Rule, type RuleEffect } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { stillPasses } from './still-passes';

const rule = (id: string, effect: RuleEffect, when: Rule['when'] = 'not_closed'): Rule => ({
  id,
  when,
  clauses: [],
  effect,
});
const RULES = [rule('staff', { kind: 'admit' }), rule('batch', { kind: 'reject' })];
const after = { state: 'open', mode: 'held', admission: 0, keepsRules: false } as const;

describe('stillPasses', () => {
  it.each([
    ['held open', RULES, after, 'Nothing passes, rules included: “staff”.'],
    ['held open without rules', [], after, 'Nothing passes.'],
    [
      'held open to all but those whom rules admit',
      RULES,
      { ...after, keepsRules: true },
      'Nothing passes but what a rule admits: “staff”.',
    ],
    [
      'open by evidence',
      RULES,
      { ...after, mode: 'auto' as const },
      'Nothing passes but what a rule admits: “staff”.',
    ],
    [
      'ramping',
      RULES,
      { state: 'ramping' as const, mode: 'auto' as const, admission: 2 ** 28, keepsRules: false },
      '6.25% of the traffic passes, and what a rule admits: “staff”. Turned away by a rule: “batch”.',
    ],
    [
      'closed',
      [...RULES, rule('blocked', { kind: 'reject' }, 'always')],
      {
        state: 'closed' as const,
        mode: 'auto' as const,
        admission: ADMISSION_ALL,
        keepsRules: false,
      },
      'All traffic passes. Turned away by a rule: “blocked”.',
    ],
    [
      'observing',
      RULES,
      {
        state: 'closed' as const,
        mode: 'observe' as const,
        admission: ADMISSION_ALL,
        keepsRules: false,
      },
      'All traffic passes: it only observes, and rules block nobody.',
    ],
  ])('says who passes: %s', (_, rules, then, words) => {
    expect(stillPasses(rules, then)).toBe(words);
  });
});
