import { DEFAULT_POLICY } from '@recloser/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { anna, newProject, obey, openFixture } from '../spec/fixture.js';

const at = await openFixture();
const { db } = at;
let live: string;
let dev: string;

beforeEach(async () => {
  ({ live, dev } = await newProject(db));
});

const one = async (environmentId: string, key: string) => {
  const [loaded] = await db.states.load(environmentId, [key]);
  return loaded;
};

describe('a recovery group', () => {
  const create = async (key: string, group?: string) => {
    await db.breakers.create(live, anna, { key, group, mode: 'auto', reason: 'new' });
    return one(live, key);
  };
  const join = (key: string, group: string | null, expectedRevision: number) =>
    db.breakers.edit(live, anna, key, { group, expectedRevision, reason: 'checkout' });

  it('has one salt, in every environment, and who leaves it gets one of its own', async () => {
    const [stripe, tax] = [await create('stripe'), await create('tax')];
    expect(stripe?.salt).not.toBe(tax?.salt);
    await join('stripe', 'checkout', 1);
    expect((await one(live, 'stripe'))?.salt).toBe(stripe?.salt);
    const { heads } = await join('tax', 'checkout', 1);
    expect(heads).toHaveLength(2);
    for (const environment of [live, dev]) {
      const joined = await one(environment, 'tax');
      expect(joined).toMatchObject({ salt: stripe?.salt, version: 1, meta: { group: 'checkout' } });
      expect(joined?.view.salt).toBe(stripe?.salt);
    }
    expect((await create('mail', 'checkout'))?.salt).toBe(stripe?.salt);
    await join('tax', null, 2);
    const left = await one(live, 'tax');
    expect([stripe?.salt, tax?.salt]).not.toContain(left?.salt);
    expect(left?.meta.group).toBeNull();
    const { items } = await db.audit.list({ chain: live, breaker: 'tax' }, { limit: 1 });
    expect(items[0]).toMatchObject({
      action: 'breaker.edit',
      reason: 'checkout',
      before: { group: 'checkout', salt: stripe?.salt },
      after: { group: null, salt: left?.salt },
    });
  });

  it('and the kind of cohort change only while the breaker is closed', async () => {
    await create('stripe');
    await db.states.commit(dev, anna, ['stripe'], obey({ type: 'trip', until: null }));
    await expect(join('stripe', 'checkout', 1)).rejects.toMatchObject({
      code: 'not_closed',
      details: { breaker: 'stripe', state: 'open' },
    });
    const { recovery } = DEFAULT_POLICY;
    const suffix = { ...DEFAULT_POLICY, recovery: { ...recovery, cohort: 'suffix' as const } };
    const edit = (environment: string) =>
      db.breakers.edit(environment, anna, 'stripe', {
        policy: suffix,
        expectedRevision: 1,
        reason: 'by hand so far',
      });
    await expect(edit(dev)).rejects.toMatchObject({ code: 'not_closed' });
    await edit(live);
    expect((await one(live, 'stripe'))?.view.cohort).toBe('suffix');
    expect((await one(dev, 'stripe'))?.view).not.toHaveProperty('cohort');
    expect((await one(live, 'stripe'))?.meta.group).toBeNull();
  });
});
