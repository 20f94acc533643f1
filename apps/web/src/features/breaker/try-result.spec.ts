import { describe, expect, it } from 'vitest';
import { contextIn, explainTry, parseAttributes, type Tried } from './try-result';

const result = (changes: Partial<Tried>): Tried => ({
  admitted: true,
  reason: 'cohort',
  admission: 2 ** 30,
  bucket: 5,
  bucketPercent: 12.345,
  rules: [],
  evidence: true,
  state: 'ramping',
  mode: 'auto',
  ...changes,
});

describe('parseAttributes', () => {
  it('reads names, values and their types', () => {
    expect(parseAttributes('plan=pro, seats=12,beta=true,note=a=b,')).toEqual({
      plan: 'pro',
      seats: 12,
      beta: true,
      note: 'a=b',
    });
    expect(parseAttributes('')).toEqual({});
  });

  it('refuses what is no attribute', () => {
    expect(parseAttributes('plan')).toBeNull();
    expect(parseAttributes('=pro')).toBeNull();
  });
});

describe('contextIn', () => {
  const typed = (account: string, attributes: string, priority = '') => {
    const form = new FormData();
    form.set('account', account);
    form.set('attributes', attributes);
    form.set('priority', priority);
    return contextIn(form, 'tenant');
  };

  it('puts the account under the cohort key, and none where there is none', () => {
    expect(typed(' t-1 ', 'plan=pro')).toEqual({
      problem: null,
      who: 't-1',
      context: { plan: 'pro', tenant: 't-1' },
    });
    expect(typed('', '')).toEqual({ problem: null, who: '', context: {} });
    expect(typed('', '', 'batch')).toMatchObject({ context: { priority: 'batch' } });
    expect(typed('', 'priority=batch', 'default')).toMatchObject({
      context: { priority: 'batch' },
    });
    expect(typed('t-1', 'plan').problem).toContain('name=value');
  });
});

describe('explainTry', () => {
  it('names the rule, the place or the state', () => {
    expect(explainTry(result({ ruleId: 'staff' }))).toBe('Rule “staff” decides.');
    expect(explainTry(result({}))).toBe('Its place, 12.35%, lies below the admission of 25%.');
    expect(explainTry(result({ admitted: false, bucketPercent: 80 }))).toContain('lies above');
    expect(explainTry(result({ reason: 'open', admitted: false }))).toContain('nobody');
    expect(explainTry(result({ bucketPercent: null }))).toContain('at random');
  });
});
