import {
  DEFAULT_POLICY,
  EMPTY_COUNTS,
  EXCESS_REACH_MS,
  initialState,
  type BreakerRecord,
} from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { assemble, firstQueries, secondQueries } from './evidence.js';

const record = (state: BreakerRecord['state']): BreakerRecord => ({
  key: 'stripe',
  version: 7,
  state,
  control: { mode: 'auto' },
  policy: DEFAULT_POLICY,
});
const outage = { outageStartedAt: 0, rateBefore: 0, relapses: 0 };
const ramping = (dwellStartedAt: number | null): BreakerRecord =>
  record({
    kind: 'ramping',
    since: 0,
    ladder: DEFAULT_POLICY.recovery.ladder,
    step: 0,
    exact: null,
    stepStartedAt: 900,
    dwellStartedAt,
    dwellMs: 1_000,
    paused: false,
    ...outage,
  });
const sum = (failures: number, firstFailureAt: number | null) => ({
  breaker: 'stripe',
  counts: { ...EMPTY_COUNTS, failures },
  failingBuckets: 1,
  firstFailureAt,
  lastFailureAt: firstFailureAt,
  reporting: 2,
  failing: 1,
  heaviest: [],
});
const nothing = { probe: null, acks: null };
const time = { now: 1_100, skew: 5 };

describe('firstQueries', () => {
  it('asks for the latest seconds of a closed breaker, under its version', () => {
    expect(firstQueries(record(initialState(0)), 5)).toEqual([
      ['instances', { breaker: 'stripe', version: 7, windowMs: 2_000 }],
    ]);
  });

  it('asks for nothing while open', () => {
    expect(
      firstQueries(record({ kind: 'open', since: 0, coolDownEndsAt: 9, ...outage }), 0),
    ).toEqual([]);
  });

  it('asks for what is accepted under the present admission, where it follows the load', () => {
    const policy = { ...DEFAULT_POLICY, adaptive: { k: 1.5 } };
    const load = {
      changedAt: 1_000,
      ceiling: null,
      rising: false,
      raiseWaitMs: 1_000,
      relapses: 0,
    };
    const dimmed = { kind: 'dimmed', since: 0, admission: 2 ** 31 } as const;
    const asked = (state: BreakerRecord['state']) =>
      firstQueries({ ...record(state), policy }, 5)
        .slice(1)
        .map(([, query]) => query);
    expect(asked(initialState(0))).toEqual([{ breaker: 'stripe', version: 7, windowMs: 2_000 }]);
    expect(asked({ ...dimmed, load })).toEqual([
      { breaker: 'stripe', version: 7, windowMs: 5_000, notBefore: 1_505 },
    ]);
    expect(asked(dimmed)).toEqual([]);
  });

  it('asks for the step since its dwell began, on the store clock', () => {
    expect(firstQueries(ramping(null), 5)).toHaveLength(1);
    expect(firstQueries(ramping(1_000), 5)[1]).toMatchObject(['step', { notBefore: 1_005 }]);
  });
});

describe('secondQueries', () => {
  it('asks for longer windows, and for the buckets as far back as an excess is followed', () => {
    expect(secondQueries(record(initialState(0)))).toMatchObject([
      ['instances', { windowMs: 8_000 }],
      ['instances', { windowMs: 30_000 }],
      ['series', { windowMs: EXCESS_REACH_MS, series: true }],
    ]);
  });
});

describe('assemble', () => {
  it('puts each sum in its place, with its times on the record clock', () => {
    const breaker = ramping(1_000);
    const queries = [...firstQueries(breaker, 5), ...secondQueries(breaker)];
    const counts = { calls: 4, failures: 2, slow: 1, localLag: 0 };
    const series = [
      { at: 750, ...counts },
      { at: 1_000, ...counts },
      { at: 1_250, ...counts },
    ];
    const sums = [sum(1, 500), sum(2, 1_105), sum(3, null), sum(4, null), { ...sum(5, 1), series }];
    const evidence = assemble(queries, sums, nothing, time);
    expect(evidence.windows).toMatchObject([
      { lengthMs: 2_000, counts: { failures: 1 }, firstFailureAt: 495 },
      { lengthMs: 8_000, counts: { failures: 3 }, firstFailureAt: null },
      { lengthMs: 30_000, counts: { failures: 4 } },
    ]);
    expect(evidence.step).toMatchObject({ counts: { failures: 2 }, firstFailureAt: 1_100 });
    // The present bucket has lasted for 100 ms; one of the future, on a clock that went back, for none.
    expect(evidence.buckets).toEqual([
      { at: 745, ms: 250, ...counts },
      { at: 995, ms: 100, ...counts },
      { at: 1_245, ms: 0, ...counts },
    ]);
  });

  it('leaves unknown what was not told', () => {
    expect(assemble([], [], nothing, time)).toEqual({
      windows: [],
      buckets: null,
      step: null,
      ...nothing,
    });
  });

  it('puts the last claim of a permit on the record clock', () => {
    const probe = { round: 1, claimed: 1, succeeded: 0, failed: 0, lastClaimedAt: 1_000 };
    expect(assemble([], [], { probe, acks: null }, time).probe?.lastClaimedAt).toBe(995);
  });
});
