import { describe, expect, it } from 'vitest';
import type { BreakerView } from '../model/model.js';
import { ADMISSION_ALL, ADMISSION_NONE } from '../model/admission.js';
import { cohortBucket } from '../admission/cohort.js';
import { tryContext } from './trial.js';

const VIEW: BreakerView = {
  key: 'b',
  version: 3,
  state: 'ramping',
  mode: 'auto',
  admission: 2 ** 31,
  salt: 's',
  cohortKey: 'accountId',
  rules: [],
  call: { timeoutMs: null, stallMs: null, slowMs: null },
  retryAfterMs: null,
};

describe('tryContext', () => {
  it('tells the place of an account beside the admission', () => {
    const bucket = cohortBucket('s', 'a-1');
    expect(tryContext(VIEW, { accountId: 'a-1' })).toEqual({
      admitted: bucket < 2 ** 31,
      reason: 'cohort',
      admission: 2 ** 31,
      bucket,
      bucketPercent: (bucket / ADMISSION_ALL) * 100,
      evidence: true,
      rules: [],
      state: 'ramping',
      mode: 'auto',
    });
    expect(tryContext(VIEW, {}).bucketPercent).toBeNull();
  });

  it('decides by the part of the fleet that the instance is in, and rules see the instance', () => {
    const closedZone = {
      ...VIEW,
      state: 'closed' as const,
      admission: ADMISSION_ALL,
      rules: [
        {
          id: 'in-zone',
          when: 'not_closed' as const,
          clauses: [{ attribute: 'zone', operator: 'in' as const, values: ['eu-1a'] }],
          effect: { kind: 'admit' as const },
        },
      ],
      scopes: [
        {
          kind: 'zone' as const,
          value: 'eu-1a',
          version: 4,
          state: 'open' as const,
          mode: 'auto' as const,
          admission: ADMISSION_NONE,
          retryAfterMs: null,
        },
      ],
    };
    expect(tryContext(closedZone, {}, { zone: 'eu-1a' })).toMatchObject({
      state: 'open',
      scope: { kind: 'zone', value: 'eu-1a' },
      ruleId: 'in-zone',
    });
    const elsewhere = tryContext(closedZone, {}, { zone: 'eu-1b' });
    expect(elsewhere).toMatchObject({ admitted: true, state: 'closed', reason: 'closed' });
    expect(elsewhere.scope).toBeUndefined();
  });
});
