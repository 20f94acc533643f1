import type { BreakerView } from './model.js';
import type { Rule, RuleEffect } from './rules.js';
import { ADMISSION_ALL } from './admission.js';

export const SALT = 'stripe-1';
export const SIXTEENTH = 2 ** 28;

/** A closed breaker, but for `change`. */
export function makeView(change: Partial<BreakerView> = {}): BreakerView {
  return {
    key: 'stripe',
    version: 3,
    state: 'closed',
    mode: 'auto',
    admission: ADMISSION_ALL,
    salt: SALT,
    cohortKey: 'accountId',
    rules: [],
    call: { timeoutMs: null, stallMs: null, slowMs: null },
    retryAfterMs: null,
    ...change,
  };
}

/** A rule that matches `{ staff: true }`. */
export function makeStaffRule(effect: RuleEffect, when: Rule['when'] = 'always'): Rule {
  return {
    id: 'staff',
    when,
    clauses: [{ attribute: 'staff', operator: 'in', values: [true] }],
    effect,
  };
}
