import { DEFAULT_POLICY, EMPTY_COUNTS, initialState, type BreakerRecord } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { assemble, windowQueries } from './evidence.js';

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

describe('windowQueries', () => {
  it('asks for both windows of a closed breaker under its version', () => {
    expect(windowQueries(record(initialState(0)), 5)).toEqual([
      { breaker: 'stripe', version: 7, windowMs: DEFAULT_POLICY.fast.lengthMs },
      { breaker: 'stripe', version: 7, windowMs: DEFAULT_POLICY.slow.lengthMs },
    ]);
  });

  it('asks for nothing while open', () => {
    expect(
      windowQueries(record({ kind: 'open', since: 0, coolDownEndsAt: 9, ...outage }), 0),
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
      windowQueries({ ...record(state), policy }, 5).slice(2);
    expect(asked(initialState(0))).toEqual([{ breaker: 'stripe', version: 7, windowMs: 2_000 }]);
    expect(asked({ ...dimmed, load })).toEqual([
      { breaker: 'stripe', version: 7, windowMs: 5_000, notBefore: 1_505 },
    ]);
    expect(asked(dimmed)).toEqual([]);
  });

  it('asks for the step since its dwell began, on the store clock', () => {
    expect(windowQueries(ramping(null), 5)).toHaveLength(2);
    expect(windowQueries(ramping(1_000), 5)[2]).toMatchObject({ notBefore: 1_005 });
  });
});

describe('assemble', () => {
  it('puts each sum in its place, with its times on the record clock', () => {
    const evidence = assemble(
      ramping(1_000),
      [sum(1, 500), sum(2, null), sum(3, 1_105)],
      nothing,
      5,
    );
    expect(evidence.fast).toMatchObject({
      lengthMs: DEFAULT_POLICY.fast.lengthMs,
      firstFailureAt: 495,
    });
    expect(evidence.slow).toMatchObject({ counts: { failures: 2 }, firstFailureAt: null });
    expect(evidence.step).toMatchObject({ counts: { failures: 3 }, firstFailureAt: 1_100 });
  });

  it('leaves unknown what was not told', () => {
    expect(assemble(record(initialState(0)), [], nothing, 0)).toMatchObject({
      fast: null,
      slow: null,
      step: null,
    });
  });
});
