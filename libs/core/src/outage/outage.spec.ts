import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../policy/policy.js';
import type { BreakerState, Outage, TransitionCause } from '../model/model.js';
import { closedState, openState, probingState, rampingState } from '../recovery/state.js';
import { outageAfter } from './outage.js';

const T0 = 1_700_000_000_000;
const FACTS = { outageStartedAt: T0 - 1_500, rateBefore: 0, relapses: 0 };
const CLOSED: BreakerState = closedState(DEFAULT_POLICY, 0, T0 - 60_000);
const OPEN: BreakerState = openState(FACTS, T0 + 1_000, T0);
const PROBING: BreakerState = probingState(FACTS, T0 + 1_000);
const RAMPING: BreakerState = rampingState(DEFAULT_POLICY, FACTS, T0 + 2_000);
const DIMMED: BreakerState = { kind: 'dimmed', since: T0, admission: 5 };

function change(from: BreakerState, to: BreakerState, cause: TransitionCause, actor = null) {
  return { from, to, actor, evidence: { cause, summary: `By ${cause}.`, window: null } };
}
const BEGUN: Outage = {
  startedAt: T0 - 1_500,
  cause: 'fast_window',
  summary: 'By fast_window.',
  actor: null,
  failedRounds: 0,
};

describe('outageAfter', () => {
  it('begins an outage at its first failure, with the first cause', () => {
    expect(outageAfter(null, change(CLOSED, OPEN, 'fast_window'))).toEqual(BEGUN);
  });

  it('keeps one outage through 1,200 failed probe rounds, and counts them', () => {
    let outage: Outage | null = BEGUN;
    for (let round = 0; round < 1_200; round += 1) {
      outage = outageAfter(outage, change(OPEN, PROBING, 'cool_down_ended'));
      outage = outageAfter(outage, change(PROBING, OPEN, 'probe_failed'));
    }
    expect(outage).toEqual({ ...BEGUN, failedRounds: 1_200 });
  });

  it('keeps one outage when the ramp fails, and ends it when the breaker closes', () => {
    const ramping = outageAfter(BEGUN, change(PROBING, RAMPING, 'probe_passed'));
    expect(outageAfter(ramping, change(RAMPING, OPEN, 'step_failed'))).toEqual(BEGUN);
    expect(outageAfter(ramping, change(RAMPING, CLOSED, 'step_passed'))).toBeNull();
    expect(outageAfter(ramping, change(RAMPING, DIMMED, 'command'))).toBeNull();
  });

  it('sees no outage in a ramp that a person started, until it fails', () => {
    expect(outageAfter(null, change(CLOSED, RAMPING, 'command'))).toBeNull();
    expect(outageAfter(null, change(RAMPING, OPEN, 'step_failed'))).toMatchObject({
      startedAt: T0,
      cause: 'step_failed',
    });
  });

  it('takes an outage of an earlier version from its state', () => {
    const relapsed = { ...OPEN, relapses: 7 } as BreakerState;
    expect(outageAfter(null, change(relapsed, PROBING, 'cool_down_ended'))).toEqual({
      startedAt: T0 - 1_500,
      cause: null,
      summary: '',
      actor: null,
      failedRounds: 7,
    });
  });
});
