import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_COUNTS } from '../model/counts.js';
import type { Transition } from '../model/model.js';
import { DEFAULT_POLICY, mergePolicy } from '../policy/policy.js';
import { decide } from './decide.js';
import { atStep, callsNeeded, rampingState, type RampingState } from './state.js';

const T = 1_000_000;
const facts = { outageStartedAt: T - 10_000, rateBefore: 0, relapses: 0 };

/** At a step whose dwell began at T. */
function dwelling(more: Partial<RampingState> = {}): RampingState {
  return { ...rampingState(DEFAULT_POLICY, facts, T), dwellStartedAt: T, ...more };
}

/** What is decided so long after T, when so many calls were good and none failed. */
function after(ms: number, ok: number, state: RampingState): Transition | null {
  const window = {
    lengthMs: ms,
    counts: { ...EMPTY_COUNTS, ok },
    failingBuckets: 0,
    reporting: 20,
    failing: 0,
    heaviest: [],
  };
  const record = {
    key: 'stripe',
    version: 7,
    control: { mode: 'auto' },
    policy: DEFAULT_POLICY,
  } as const;
  const evidence = { windows: [], buckets: null, step: window, probe: null, acks: null };
  return decide({ ...record, state }, evidence, T + ms, 0).transition;
}

describe('a step’s part of the last one', () => {
  it.each([
    // step, its dwell after an outage of 40 s, calls
    [0, 2_000, 5],
    [1, 4_000, 5],
    [2, 8_000, 10],
    [3, 16_000, 20],
  ])('step %i holds for %i ms, and asks for %i calls', (index, dwellMs, calls) => {
    const outage = { ...facts, outageStartedAt: T - 40_000 };
    const at = atStep(DEFAULT_POLICY, rampingState(DEFAULT_POLICY, outage, T), index, T);
    expect([at.dwellMs, at.lastDwellMs]).toEqual([dwellMs, 16_000]);
    expect(callsNeeded(DEFAULT_POLICY, at)).toBe(calls);
    const state = { ...at, dwellStartedAt: T };
    expect(after(dwellMs, calls, state)?.evidence.cause).toBe('step_passed');
    expect(after(dwellMs, calls - 1, state)).toBeNull();
    expect(after(dwellMs - 1, calls, state)).toBeNull();
  });

  it('of calls is never more than the policy asks for, nor of an admission above the last step', () => {
    const few = mergePolicy(DEFAULT_POLICY, { recovery: { minCalls: 3 } });
    expect([0, 3].map((index) => callsNeeded(few, dwelling({ step: index })))).toEqual([3, 3]);
    const above = dwelling({ exact: 4_000_000_000, step: 3 });
    expect(callsNeeded(DEFAULT_POLICY, above)).toBe(20);
  });

  it('is all of it in a ramp from before steps had different dwells', () => {
    const { lastDwellMs, ...before } = dwelling({ dwellMs: 2_500 });
    expect(lastDwellMs).toBe(4_000);
    expect(after(2_500, 100, before)?.state).toEqual({
      ...before,
      step: 1,
      stepStartedAt: T + 2_500,
      dwellStartedAt: null,
    });
  });

  it('rises with the steps, whatever the ladder, and so does the time', () => {
    const ladders = fc
      .uniqueArray(fc.integer({ min: 1, max: 2 ** 32 - 1 }), { minLength: 1, maxLength: 12 })
      .map((admissions) => admissions.sort((a, b) => a - b));
    fc.assert(
      fc.property(ladders, fc.nat(500), fc.nat(200_000), (ladder, minCalls, outageMs) => {
        const policy = mergePolicy(DEFAULT_POLICY, { recovery: { ladder, minCalls } });
        const first = rampingState(policy, { ...facts, outageStartedAt: T - outageMs }, T);
        const steps = ladder.map((_, index) => atStep(policy, first, index, T));
        const rises = (of: (state: RampingState) => number) =>
          steps.every((at, i) => i === 0 || of(at) >= of(steps[i - 1]!));
        expect(rises((at) => at.dwellMs) && rises((at) => callsNeeded(policy, at))).toBe(true);
        expect(first.dwellMs).toBeGreaterThanOrEqual(policy.recovery.dwellMinMs);
        expect(callsNeeded(policy, first)).toBeGreaterThanOrEqual(Math.min(5, minCalls));
        expect(steps.at(-1)).toMatchObject({ dwellMs: first.lastDwellMs });
        expect(callsNeeded(policy, steps.at(-1)!)).toBe(minCalls);
      }),
    );
  });
});
