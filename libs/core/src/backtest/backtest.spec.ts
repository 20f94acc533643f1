import { describe, expect, it } from 'vitest';
import { EMPTY_COUNTS } from '../model/counts.js';
import type { Policy } from '../model/model.js';
import { DEFAULT_POLICY, mergePolicy } from '../policy/policy.js';
import { Backtest, notClosedSpans, type PastCounts, type TimeSpan } from './backtest.js';

const T = 1_000_000_000;
const second = (index: number, ok: number, failures: number, slow = 0): PastCounts => ({
  at: T + index * 1_000,
  widthMs: 1_000,
  counts: { ...EMPTY_COUNTS, ok, failures, slow },
});
const tenSeconds = (index: number, ok: number): PastCounts => ({
  at: T + index * 1_000,
  widthMs: 10_000,
  counts: { ...EMPTY_COUNTS, ok },
});
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

function run(spans: PastCounts[], policy: Policy = DEFAULT_POLICY, unknown: TimeSpan[] = []) {
  const backtest = new Backtest(policy, unknown);
  for (const span of spans) backtest.push(span);
  return backtest.result();
}

const outage = [
  tenSeconds(0, 1_000),
  ...range(10, 30).map((i) => second(i, 0, 100)),
  ...range(30, 60).map((i) => second(i, 100, 0)),
  tenSeconds(60, 1_000),
];

describe('a backtest', () => {
  it('finds no trip in healthy counts, and counts them', () => {
    expect(run([tenSeconds(0, 500), tenSeconds(10, 500)])).toEqual({
      trips: [],
      tripCount: 0,
      calls: 1_000,
      failures: 0,
    });
  });

  it('finds an outage once, when its excess is long enough, and about when it was over', () => {
    const { trips, tripCount } = run(outage);
    expect(tripCount).toBe(1);
    const [trip] = trips;
    expect(trip).toMatchObject({ cause: 'excess_failures', at: T + 12_000 });
    expect(trip?.summary).toBe(
      '1.3 s worth of calls failed beyond the tolerated 35.0%: 200 of 200 calls (100.0%) in 2 s.',
    );
    // Open while calls failed, then a ladder that is as long as its outage earns.
    expect(trip?.closedAt).toBeGreaterThan(T + 30_000);
    expect(trip?.closedAt).toBeLessThan(T + 120_000);
  });

  it('tells a policy that would trip from one that would not', () => {
    const sick = range(0, 60).map((i) => second(i, 80, 20));
    expect(run(sick).tripCount).toBe(0);
    const strict = mergePolicy(DEFAULT_POLICY, { trip: { toleratedRate: 0.1 } });
    expect(run(sick, strict).trips).toMatchObject([{ cause: 'excess_failures' }]);
  });

  it('sees slow calls, and runs of failures where calls are rare', () => {
    const slowCalls = range(0, 40).map((i) => second(i, 50, 0, 40));
    const slow = mergePolicy(DEFAULT_POLICY, { trip: { toleratedSlowRate: 0.5 } });
    expect(run(slowCalls, slow).trips[0]).toMatchObject({
      cause: 'excess_slow',
      summary:
        '1.2 s worth of calls were slow beyond the tolerated 50.0%: ' +
        '160 of 200 calls (80.0%) in 4 s.',
    });
    const rare = [0, 20, 40, 60].map((i) => second(i, 0, 1));
    const consecutive = { failures: 3, instances: 2, withinMs: 60_000 };
    const policy = { ...DEFAULT_POLICY, consecutive };
    expect(run(rare, policy).trips).toMatchObject([
      { cause: 'consecutive', at: T + 41_000, summary: '3 calls failed in a row.' },
    ]);
    expect(run(rare.with(1, second(20, 1, 1)), policy).tripCount).toBe(0);
  });

  it('knows nothing of the time in which the breaker was not closed', () => {
    const unknown = [{ from: T + 13_000, to: T + 40_000 }];
    expect(run(outage, DEFAULT_POLICY, unknown).trips).toMatchObject([
      { at: T + 12_000, closedAt: null },
    ]);
    expect(run(outage, DEFAULT_POLICY, [{ from: T, to: T + 60_000 }]).tripCount).toBe(0);
  });

  it('keeps the list short and counts on', () => {
    const many = range(0, 300).flatMap((n) => [
      ...range(0, 4).map((i) => second(n * 600 + i, 0, 100)),
      ...range(4, 60).map((i) => second(n * 600 + i, 100, 0)),
    ]);
    const { trips, tripCount } = run(many);
    expect(tripCount).toBe(300);
    expect(trips).toHaveLength(200);
  });
});

describe('notClosedSpans', () => {
  it('are from each opening to each closing', () => {
    const changes = [
      { at: 5, closed: false },
      { at: 20, closed: false },
      { at: 30, closed: true },
      { at: 40, closed: true },
      { at: 90, closed: false },
    ];
    expect(notClosedSpans(changes, 10, 100)).toEqual([
      { from: 10, to: 30 },
      { from: 90, to: 100 },
    ]);
    expect(notClosedSpans([], 0, 10)).toEqual([]);
  });
});
