import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addCounts,
  callsOf,
  COUNT_FIELDS,
  demandOf,
  EMPTY_COUNTS,
  failureRate,
  isFailingInstance,
  slowRate,
} from './counts.js';
import { DEFAULT_POLICY } from '../policy/policy.js';
import { openState, probingState, rampingState } from '../recovery/state.js';
import { dueAt, retryAfter } from '../recovery/timing.js';
import { formatDuration, formatRate, group, listNames, plural } from './words.js';

describe('counts', () => {
  const counts = fc.record(
    Object.fromEntries(COUNT_FIELDS.map((field) => [field, fc.nat(1_000)])) as Record<
      (typeof COUNT_FIELDS)[number],
      fc.Arbitrary<number>
    >,
  );

  it('add up field by field, and the fields are all', () => {
    expect([...COUNT_FIELDS].sort()).toEqual(Object.keys(EMPTY_COUNTS).sort());
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        const sum = addCounts(a, b);
        for (const field of COUNT_FIELDS) expect(sum[field]).toBe(a[field] + b[field]);
        expect(addCounts(a, EMPTY_COUNTS)).toEqual(a);
      }),
    );
  });

  it('tell calls, demand and rates', () => {
    const seen = { ...EMPTY_COUNTS, ok: 6, failures: 2, slow: 4, rejected: 5, ruledOk: 100 };
    expect([callsOf(seen), demandOf(seen), failureRate(seen), slowRate(seen)]).toEqual([
      8, 13, 0.25, 0.5,
    ]);
    expect([failureRate(EMPTY_COUNTS), slowRate(EMPTY_COUNTS)]).toEqual([0, 0]);
  });

  it.each([
    [0, 0, false],
    [1, 1, true],
    [2, 1, false],
    [2, 2, true],
    [5, 2, true],
    [6, 2, false],
    [100, 34, false],
    [100, 35, true],
  ])('an instance with %i calls of which %i failed is failing: %s', (calls, failures, failing) => {
    expect(isFailingInstance(calls, failures, 0.35)).toBe(failing);
  });
});

describe('words', () => {
  it.each([
    [0, '0 ms'],
    [250, '250 ms'],
    [2_000, '2 s'],
    [1_500, '1.5 s'],
    [60_000, '1 min'],
    [90_000, '1 min 30 s'],
    [119_999, '2 min'],
    [3_599_900, '1 h'],
    [59_960, '1 min'],
    [999.6, '1 s'],
    [5_400_000, '1 h 30 min'],
    [7_200_000, '2 h'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('of figures and names', () => {
    expect(formatRate(0.9559)).toBe('95.6%');
    expect([group(0), group(999), group(1_000), group(1_234_567)]).toEqual([
      '0',
      '999',
      '1,000',
      '1,234,567',
    ]);
    expect([
      plural(1, 'call'),
      plural(0, 'call'),
      plural(12_345, 'call'),
      plural(2, 'entry', 'entries'),
    ]).toEqual(['1 call', '0 calls', '12,345 calls', '2 entries']);
    expect([listNames([]), listNames(['a']), listNames(['a', 'b', 'c'])]).toEqual([
      '',
      'a',
      'a, b and c',
    ]);
    expect(listNames(['a', 'b', 'c', 'd', 'e', 'f'])).toBe('a, b, c, d, e and 1 more');
    expect(listNames(['a'], 3)).toBe('a and 2 more');
    expect(listNames([], 3)).toBe('3 not named');
  });
});

describe('timing', () => {
  const T = 1_000_000;
  const facts = { outageStartedAt: T, rateBefore: 0, relapses: 0 };
  const ramp = rampingState(DEFAULT_POLICY, facts, T);

  it.each([
    ['open', openState(facts, T + 3_000, T), T + 3_000, 2_000],
    ['open until a person acts', openState(facts, null, T), null, null],
    ['overdue', openState(facts, T - 5, T), T + 1_000, 0],
    ['probing', probingState(facts, T), T + 6_000, null],
    ['a step not yet applied', ramp, T + 5_000, null],
    ['a dwell', { ...ramp, dwellStartedAt: T + 500, dwellMs: 2_000 }, T + 2_500, 1_500],
    ['a pause', { ...ramp, dwellStartedAt: T, paused: true }, null, null],
    ['a pause with an end', { ...ramp, paused: true, pausedUntil: T + 9_000 }, T + 9_000, null],
  ] as const)('%s', (_name, state, due, retry) => {
    const now = T + 1_000;
    expect(dueAt(state, DEFAULT_POLICY, now)).toBe(due);
    expect(retryAfter(state, now)).toBe(retry);
    const held = { mode: 'held', until: T + 60_000 } as const;
    expect(dueAt(state, DEFAULT_POLICY, now, held)).toBe(T + 60_000);
    expect(retryAfter(state, now, held)).toBe(59_000);
    expect(dueAt(state, DEFAULT_POLICY, now, { mode: 'observe' })).toBeNull();
    expect(dueAt(state, DEFAULT_POLICY, now, { mode: 'held', until: null })).toBeNull();
  });
});
