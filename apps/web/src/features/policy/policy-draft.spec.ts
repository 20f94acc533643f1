import { DEFAULT_POLICY, mergePolicy } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { draftOf, lockable, policyChanges, policyOf, problemsOf, readLadder } from './policy-draft';
import { POLICY_FIELDS, readNumber, tellNumber, writeNumber } from './policy-fields';

const group = (path: string): string => path.split('.')[0] ?? '';

describe('numbers', () => {
  it('are written in the units of people and come back exactly', () => {
    expect(writeNumber(2_000, 's')).toBe('2');
    expect(writeNumber(0.07, '%')).toBe('7');
    expect(readNumber('12.5', '%')).toBe(0.125);
    expect(readNumber('0,25', 's')).toBe(250);
    expect(readNumber('', 's')).toBeNull();
    expect(readNumber('soon', 's')).toBeNaN();
    expect(tellNumber(null, 'ms')).toBe('off');
  });
});

describe('draft', () => {
  it('gives back the same policy', () => {
    expect(policyOf(draftOf(DEFAULT_POLICY))).toEqual(DEFAULT_POLICY);
    const odd = mergePolicy(DEFAULT_POLICY, {
      quorum: 1 / 3,
      trip: { toleratedSlowRate: 0.55 },
      call: { timeoutMs: 1_234, maxRetries: 2, locked: ['timeoutMs', 'maxRetries'] },
      recovery: { ladder: [1_000_000, 2 ** 31] },
    });
    expect(policyOf(draftOf(odd)).trip).toEqual(odd.trip);
    expect(policyOf(draftOf(odd)).call).toEqual(odd.call);
    expect(policyOf(draftOf(odd)).quorum).toBeCloseTo(1 / 3, 10);
    expect(policyOf(draftOf(odd)).recovery.ladder[1]).toBe(2 ** 31);
  });

  it('switches failures in a row on by their number, with usual values for the rest', () => {
    const draft = draftOf(DEFAULT_POLICY);
    const numbers = { ...draft.numbers, 'consecutive.failures': '5' };
    const on = policyOf({ ...draft, numbers });
    expect(on.consecutive).toEqual({ failures: 5, instances: 2, withinMs: 60_000 });
    expect(policyOf(draftOf(on))).toEqual(on);
    expect(problemsOf(on)).toEqual({});
  });

  it('gives back a check of its own, and tells what is wrong with it', () => {
    const draft = draftOf(DEFAULT_POLICY);
    const input = { ...draft.probe, kind: 'http' as const, url: 'https://a.example/up' };
    const http = policyOf({ ...draft, probe: input });
    expect(problemsOf(http)).toEqual({});
    expect(policyOf(draftOf(http))).toEqual(http);
    expect(policyChanges(DEFAULT_POLICY, http, group)).toEqual([
      {
        label: 'Probed by',
        before: 'calls of instances',
        after: 'GET https://a.example/up within 1000 ms, 200',
      },
    ]);
    const wrong = policyOf({ ...draft, probe: { ...draft.probe, kind: 'tcp', timeoutMs: 'x' } });
    expect(Object.keys(problemsOf(wrong))).toEqual([
      'recovery.probe.host',
      'recovery.probe.port',
      'recovery.probe.timeoutMs',
    ]);
  });

  it('has a field for every number that is bounded', () => {
    expect(problemsOf(DEFAULT_POLICY)).toEqual({});
    const broken = policyOf({
      ...draftOf(DEFAULT_POLICY),
      numbers: Object.fromEntries(POLICY_FIELDS.map(({ path }) => [path, 'x'])),
    });
    expect(Object.keys(problemsOf(broken)).toSorted()).toEqual(
      POLICY_FIELDS.map(({ path }) => path as string).toSorted(),
    );
  });

  it('tells bounds in the unit of the field', () => {
    const draft = draftOf(DEFAULT_POLICY);
    const policy = policyOf({
      ...draft,
      numbers: { ...draft.numbers, 'trip.toleratedRate': '400' },
    });
    expect(problemsOf(policy)['trip.toleratedRate']).toContain('Must be 1 … 95%.');
  });

  it('reads a ladder of percentages and finds what is no step', () => {
    expect(readLadder('6.25, 12.5% 25;50')).toEqual(DEFAULT_POLICY.recovery.ladder);
    const draft = draftOf(DEFAULT_POLICY);
    expect(problemsOf(policyOf({ ...draft, ladder: '50, 25' }))).toHaveProperty([
      'recovery.ladder',
    ]);
    expect(problemsOf(policyOf({ ...draft, ladder: 'half' }))).toHaveProperty(['recovery.ladder']);
    expect(problemsOf(policyOf({ ...draft, ladder: '' }))).toHaveProperty(['recovery.ladder']);
  });
});

describe('locks', () => {
  const base = draftOf(DEFAULT_POLICY);

  it('belong to the settings of calls', () => {
    expect(lockable('call.timeoutMs')).toBe('timeoutMs');
    expect(lockable('minCalls')).toBeUndefined();
  });

  it('need a value', () => {
    const draft = { ...base, locked: ['maxRetries'] as const };
    expect(problemsOf(policyOf(draft))['call.maxRetries']).toContain('nothing to lock');
    const set = { ...draft, numbers: { ...base.numbers, 'call.maxRetries': '0' } };
    expect(problemsOf(policyOf(set))).toEqual({});
    expect(policyChanges(DEFAULT_POLICY, policyOf(set), group)).toEqual([
      { label: 'call · Retries', before: 'off', after: '0 retries' },
      { label: 'Each call · Locked', before: 'none', after: 'Retries' },
    ]);
  });
});

describe('policyChanges', () => {
  it('is empty for the same policy and tells each difference in words', () => {
    expect(policyChanges(DEFAULT_POLICY, DEFAULT_POLICY, group)).toEqual([]);
    const after = mergePolicy(DEFAULT_POLICY, {
      trip: { toleratedRate: 0.5 },
      call: { slowMs: 800 },
      recovery: { onStepFailure: 'open', ladder: [2 ** 30] },
    });
    expect(policyChanges(DEFAULT_POLICY, after, group)).toEqual([
      { label: 'trip · Tolerated failures', before: '35%', after: '50%' },
      { label: 'call · Slow after', before: 'off', after: '800 ms' },
      { label: 'Ladder', before: '6.25% → 12.5% → 25% → 50%', after: '25%' },
      { label: 'When a step fails', before: 'one step back', after: 'open again' },
    ]);
  });
});
