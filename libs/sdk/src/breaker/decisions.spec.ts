import { ADMISSION_ALL, cohortBucket, type Rule } from '@recloser/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeConnected, makeDelta, makeRig, makeView } from '../sdk.fake.js';

const OPEN = { state: 'open', admission: 0, version: 2 } as const;
const SIXTEENTH = 2 ** 28;
const never = (): Promise<never> => new Promise(() => undefined);

describe('decisions', () => {
  const ramping = { state: 'ramping', admission: SIXTEENTH, version: 3 } as const;

  it('let in the same accounts as the cohort hash says', () => {
    const breaker = makeConnected([makeView('a', ramping)]).recloser.breaker('a');
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (accountId) => {
        const bucket = cohortBucket('salt', accountId);
        expect(breaker.allows({ accountId })).toBe(bucket < SIXTEENTH);
        expect(breaker.decide({ accountId })).toMatchObject({
          admitted: bucket < SIXTEENTH,
          reason: 'cohort',
          state: 'ramping',
          admission: SIXTEENTH,
          bucket,
          seq: 1,
        });
      }),
    );
  });

  it('without a key follow the missingKey option', () => {
    const { system, recloser } = makeConnected([makeView('a', ramping)]);
    const sample = recloser.breaker('a');
    system.nextRandom = 0.06;
    expect(sample.allows()).toBe(true);
    system.nextRandom = 0.07;
    expect(sample.allows()).toBe(false);
    const hold = recloser.breaker('a', { missingKey: 'hold' });
    system.nextRandom = 0;
    expect(hold.allows()).toBe(false);
    const instance = recloser.breaker('a', { missingKey: 'instance' });
    expect(instance.decide().bucket).toBe(cohortBucket('salt', 'i1'));
  });

  it('obey rules, on the context and on the instance itself', () => {
    const rule = (
      id: string,
      attribute: string,
      value: string,
      kind: 'admit' | 'reject',
    ): Rule => ({
      id,
      when: 'always',
      clauses: [{ attribute, operator: 'in', values: [value] }],
      effect: { kind },
    });
    const rules = [rule('bad', 'tenant', 'evil', 'reject'), rule('zone', 'zone', 'z1', 'admit')];
    const { recloser } = makeConnected([makeView('a', { ...OPEN, rules })], { zone: 'z1' });
    const breaker = recloser.breaker('a');
    expect(breaker.decide({ tenant: 'evil' })).toMatchObject({ admitted: false, ruleId: 'bad' });
    expect(breaker.decide({})).toMatchObject({ admitted: true, ruleId: 'zone', evidence: false });
    expect(breaker.allows({ zone: 'z2' })).toBe(false);
  });

  it('obey rules that name a segment, which travels with the breaker', () => {
    const clauses = [{ attribute: 'segment', operator: 'in_segment', values: ['staff'] }] as const;
    const rules: Rule[] = [{ id: 'staff', when: 'not_closed', clauses, effect: { kind: 'admit' } }];
    const staff = {
      attribute: 'email',
      operator: 'matches',
      values: ['@corp\\.example$'],
    } as const;
    const segments = [{ key: 'staff', clauses: [staff] }];
    const view = makeView('a', { ...OPEN, rules, segments });
    const breaker = makeConnected([view]).recloser.breaker('a');
    expect(breaker.allows({ email: 'ada@corp.example' })).toBe(true);
    expect(breaker.allows({ email: 'ada@home.example' })).toBe(false);
  });

  it('count what only a rule lets in apart', async () => {
    const clauses = [{ attribute: 'staff', operator: 'in', values: [true] }] as const;
    const rules: Rule[] = [{ id: 'staff', when: 'not_closed', clauses, effect: { kind: 'admit' } }];
    const breaker = makeConnected([makeView('a', { ...OPEN, rules })]).recloser.breaker('a');
    await breaker.protect(() => 1, { staff: true });
    await breaker.protect(() => Promise.reject(new Error('x')), { staff: true }).catch(() => 1);
    expect(breaker.stats()).toMatchObject({ ok: 0, failures: 0, ruledOk: 1, ruledFailures: 1 });
  });

  it('never block in observe mode', () => {
    const view = makeView('a', { ...OPEN, mode: 'observe', admission: ADMISSION_ALL });
    const breaker = makeConnected([view]).recloser.breaker('a');
    expect(breaker.decide()).toMatchObject({ admitted: true, reason: 'observe' });
  });

  it('are forced by options and by RECLOSER_FORCE', async () => {
    const { system, recloser } = makeConnected([makeView('a'), makeView('b', OPEN)], {
      force: { a: 'open', b: 'closed' },
    });
    expect(recloser.breaker('a').decide()).toMatchObject({ admitted: false, reason: 'forced' });
    expect(recloser.breaker('b').allows()).toBe(true);
    system.socket.frame(makeDelta(1, [makeView('a', { version: 2 })]));
    expect(recloser.breaker('a').allows()).toBe(false);
    await expect(recloser.breaker('a').protect(never)).rejects.toMatchObject({ reason: 'forced' });
  });
});

describe('without a control plane', () => {
  it('everything passes from the first call', async () => {
    const { recloser } = makeRig();
    const breaker = recloser.breaker('a');
    expect(breaker.decide()).toMatchObject({ admitted: true, seq: null });
    await expect(breaker.protect(() => 1)).resolves.toBe(1);
  });
});
