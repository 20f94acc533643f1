import { describe, expect, it } from 'vitest';
import { makeStaffRule, makeView, SALT, SIXTEENTH } from '../model/admission.fake.js';
import { ADMISSION_ALL } from '../model/admission.js';
import { cohortBucket } from './cohort.js';
import {
  admits,
  cohortKeyOf,
  compileBreaker,
  decideAdmission,
  VERDICT_ADMITTED,
  VERDICT_REJECTED,
  VERDICT_RULE_ADMITTED,
  verdictOf,
} from './decision.js';
import { type BreakerView } from '../model/model.js';
import { type Context } from '../model/rules.js';

/** Account ids with a bucket inside and outside of a share of the traffic. */
function account(inside: boolean, admission: number): string {
  for (let i = 0; ; i += 1)
    if (cohortBucket(SALT, `acct_${i}`) < admission === inside) return `acct_${i}`;
}
const ramping = makeView({ state: 'ramping', admission: SIXTEENTH });
const open = makeView({ state: 'open', admission: 0 });
const lucky = { accountId: account(true, SIXTEENTH) };
const unlucky = { accountId: account(false, SIXTEENTH) };
const worker = { ...unlucky, staff: true };
const admit = makeStaffRule({ kind: 'admit' });
const reject = makeStaffRule({ kind: 'reject' });
const half = makeStaffRule({ kind: 'admission', admission: 2 ** 31 });

describe('decideAdmission', () => {
  it.each<[string, BreakerView, Context, object, number]>([
    [
      'closed',
      makeView(),
      unlucky,
      { admitted: true, reason: 'closed', admission: ADMISSION_ALL, bucket: null, evidence: true },
      VERDICT_ADMITTED,
    ],
    [
      'open',
      open,
      lucky,
      { admitted: false, reason: 'open', admission: 0, bucket: null, evidence: true },
      VERDICT_REJECTED,
    ],
    [
      'probing',
      makeView({ state: 'probing', admission: 0 }),
      lucky,
      { admitted: false, reason: 'probe', admission: 0, bucket: null, evidence: true },
      VERDICT_REJECTED,
    ],
    [
      'in the cohort',
      ramping,
      lucky,
      {
        admitted: true,
        reason: 'cohort',
        admission: SIXTEENTH,
        bucket: cohortBucket(SALT, lucky.accountId),
        evidence: true,
      },
      VERDICT_ADMITTED,
    ],
    [
      'outside the cohort',
      ramping,
      unlucky,
      {
        admitted: false,
        reason: 'cohort',
        admission: SIXTEENTH,
        bucket: cohortBucket(SALT, unlucky.accountId),
        evidence: true,
      },
      VERDICT_REJECTED,
    ],
    [
      'dimmed to all',
      makeView({ state: 'dimmed' }),
      unlucky,
      { admitted: true, reason: 'cohort', admission: ADMISSION_ALL, bucket: null, evidence: true },
      VERDICT_ADMITTED,
    ],
    [
      'observe',
      makeView({ state: 'closed', mode: 'observe', rules: [reject] }),
      worker,
      { admitted: true, reason: 'observe', admission: ADMISSION_ALL, bucket: null, evidence: true },
      VERDICT_ADMITTED,
    ],
    [
      'observe, though open',
      makeView({ state: 'open', mode: 'observe', admission: 0 }),
      unlucky,
      { admitted: true, reason: 'observe', admission: ADMISSION_ALL, bucket: null, evidence: true },
      VERDICT_ADMITTED,
    ],
    [
      'a rule admits into an open one, as no evidence',
      makeView({ ...open, rules: [admit] }),
      worker,
      {
        admitted: true,
        reason: 'rule',
        ruleId: 'staff',
        admission: ADMISSION_ALL,
        bucket: null,
        evidence: false,
      },
      VERDICT_RULE_ADMITTED,
    ],
    [
      'a rule admits whom the cohort has anyway',
      makeView({ ...ramping, rules: [admit] }),
      { ...lucky, staff: true },
      {
        admitted: true,
        reason: 'rule',
        ruleId: 'staff',
        admission: ADMISSION_ALL,
        bucket: cohortBucket(SALT, lucky.accountId),
        evidence: true,
      },
      VERDICT_ADMITTED,
    ],
    [
      'a rule admits into a closed one',
      makeView({ rules: [admit] }),
      worker,
      {
        admitted: true,
        reason: 'rule',
        ruleId: 'staff',
        admission: ADMISSION_ALL,
        bucket: null,
        evidence: true,
      },
      VERDICT_ADMITTED,
    ],
    [
      'a rule rejects from a closed one',
      makeView({ rules: [reject] }),
      worker,
      {
        admitted: false,
        reason: 'rule',
        ruleId: 'staff',
        admission: 0,
        bucket: null,
        evidence: true,
      },
      VERDICT_REJECTED,
    ],
    [
      'a rule for others',
      makeView({ rules: [reject] }),
      unlucky,
      { admitted: true, reason: 'closed', admission: ADMISSION_ALL, bucket: null, evidence: true },
      VERDICT_ADMITTED,
    ],
    [
      'a rule for when it is not closed',
      makeView({ rules: [makeStaffRule({ kind: 'reject' }, 'not_closed')] }),
      worker,
      { admitted: true, reason: 'closed', admission: ADMISSION_ALL, bucket: null, evidence: true },
      VERDICT_ADMITTED,
    ],
    [
      "a person's Open stops what rules admit",
      makeView({ ...open, mode: 'held', rules: [admit] }),
      worker,
      { admitted: false, reason: 'open', admission: 0, bucket: null, evidence: true },
      VERDICT_REJECTED,
    ],
    [
      "a person's Open that leaves rules in force lets those pass that a rule admits",
      makeView({ ...open, mode: 'held', keepsRules: true, rules: [admit] }),
      worker,
      {
        admitted: true,
        reason: 'rule',
        ruleId: 'staff',
        admission: ADMISSION_ALL,
        bucket: null,
        evidence: false,
      },
      VERDICT_RULE_ADMITTED,
    ],
    [
      "a person's Open that leaves rules in force rejects everybody else",
      makeView({ ...open, mode: 'held', keepsRules: true, rules: [admit] }),
      {},
      { admitted: false, reason: 'open', admission: 0, bucket: null, evidence: true },
      VERDICT_REJECTED,
    ],
    [
      'a held ramp does not',
      makeView({ ...ramping, mode: 'held', rules: [admit] }),
      worker,
      {
        admitted: true,
        reason: 'rule',
        ruleId: 'staff',
        admission: ADMISSION_ALL,
        bucket: cohortBucket(SALT, unlucky.accountId),
        evidence: false,
      },
      VERDICT_RULE_ADMITTED,
    ],
  ])('%s', (_name, breakerView, context, decision, verdict) => {
    const breaker = compileBreaker(breakerView);
    expect(decideAdmission(breaker, context)).toEqual(decision);
    expect(verdictOf(breaker, context)).toBe(verdict);
    expect(admits(breaker, context)).toBe(verdict !== VERDICT_REJECTED);
  });

  it('a rule with an admission places by the same bucket', () => {
    const breaker = compileBreaker(makeView({ ...ramping, rules: [half] }));
    for (let i = 0; i < 200; i += 1) {
      const accountId = `acct_${i}`;
      const bucket = cohortBucket(SALT, accountId);
      const decision = decideAdmission(breaker, { accountId, staff: true });
      expect(decision).toMatchObject({ admitted: bucket < 2 ** 31, bucket, reason: 'rule' });
      if (decision.admitted) expect(decision.evidence).toBe(bucket < SIXTEENTH);
    }
  });
});

describe('a missing cohort key', () => {
  const breaker = compileBreaker(ramping);

  it.each<Context | undefined>([
    undefined,
    {},
    { accountId: undefined },
    { accountId: '' },
    { other: 'x' },
  ])('%j takes the sample, and is out without one', (context) => {
    expect(decideAdmission(breaker, context, SIXTEENTH - 1)).toMatchObject({
      admitted: true,
      bucket: SIXTEENTH - 1,
    });
    expect(decideAdmission(breaker, context, SIXTEENTH)).toMatchObject({
      admitted: false,
      bucket: SIXTEENTH,
    });
    expect(decideAdmission(breaker, context)).toMatchObject({ admitted: false, bucket: null });
    expect(admits(breaker, context)).toBe(false);
  });

  it('is not missed where nothing depends on it', () => {
    expect(admits(compileBreaker(makeView()))).toBe(true);
    expect(admits(compileBreaker(open))).toBe(false);
  });

  it('may be a number, may have another name, and may come from the instance', () => {
    expect(decideAdmission(breaker, { accountId: 42 }).bucket).toBe(cohortBucket(SALT, '42'));
    const tenant = compileBreaker({ ...ramping, cohortKey: 'tenant' }, { tenant: 'acme' });
    expect(decideAdmission(tenant, { accountId: 'x' }).bucket).toBe(cohortBucket(SALT, 'acme'));
    expect(decideAdmission(tenant, { tenant: 'other' }).bucket).toBe(cohortBucket(SALT, 'other'));
    expect(cohortKeyOf(tenant.view, { tenant: true })).toBe('true');
    expect(cohortKeyOf(tenant.view, { tenant: 'x'.repeat(1e6) })).toBe('x'.repeat(1_024));
  });
});
