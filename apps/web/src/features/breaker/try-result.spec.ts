import type { TryResult } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { explainTry, parseAttributes } from './try-result';

const result = (changes: Partial<TryResult>): TryResult => ({
  admitted: true,
  reason: 'cohort',
  admission: 2 ** 30,
  bucket: 5,
  bucketPercent: 12.345,
  rules: [],
  evidence: true,
  state: 'ramping',
  mode: 'auto',
  seq: 1,
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

describe('explainTry', () => {
  it('names the rule, the place or the state', () => {
    expect(explainTry(result({ ruleId: 'staff' }))).toBe('Rule “staff” decides.');
    expect(explainTry(result({}))).toBe('Its place, 12.35 %, lies below the admission of 25 %.');
    expect(explainTry(result({ admitted: false, bucketPercent: 80 }))).toContain('lies above');
    expect(explainTry(result({ reason: 'open', admitted: false }))).toContain('nobody');
    expect(explainTry(result({ bucketPercent: null }))).toContain('at random');
  });
});
