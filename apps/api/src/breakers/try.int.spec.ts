import { cohortBucket } from '@recloser/core';
import { changedBreakerSchema } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { startFileNode } from '../testing/file-node.js';
import { PRODUCTION } from '../testing/prepare.js';

const { admin } = await startFileNode();

/** A ramping breaker that admits so much; its path and salt. */
async function ramping(key: string, admission: number, settings: object = {}) {
  await admin.post(`${PRODUCTION}/breakers`, { key, reason: 'test', ...settings });
  const path = `${PRODUCTION}/breakers/${key}`;
  await admin.post(`${path}/ramp`, { action: 'start', reason: 'test' });
  const set = await admin.post(`${path}/ramp`, { action: 'set', admission, reason: 'test' });
  return { path, salt: changedBreakerSchema.parse(set.body).breaker.salt };
}

describe('try an account', () => {
  it('agrees with the cohort hash', async () => {
    const { path, salt } = await ramping('half', 2 ** 31);
    for (let i = 0; i < 20; i += 1) {
      const accountId = `account-${i}`;
      const bucket = cohortBucket(salt, accountId);
      expect((await admin.post(`${path}/try`, { context: { accountId } })).body).toMatchObject({
        admitted: bucket < 2 ** 31,
        reason: 'cohort',
        bucket,
        bucketPercent: (bucket / 2 ** 32) * 100,
        state: 'ramping',
        admission: 2 ** 31,
      });
    }
  });

  it('says which rule decided', async () => {
    const clauses = [{ attribute: 'plan', operator: 'in', values: ['staff'] }];
    const rule = { id: 'staff', when: 'not_closed', clauses, effect: { kind: 'admit' } };
    const { path } = await ramping('hardly-any', 1, { rules: [rule] });
    const ask = async (context: object) => (await admin.post(`${path}/try`, { context })).body;
    expect(await ask({ accountId: 'a', plan: 'staff' })).toMatchObject({
      admitted: true,
      reason: 'rule',
      ruleId: 'staff',
      evidence: false,
    });
    expect(await ask({ accountId: 'a', plan: 'free' })).toMatchObject({ admitted: false });
  });
});
