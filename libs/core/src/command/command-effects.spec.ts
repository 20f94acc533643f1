import { describe, expect, it } from 'vitest';
import { command } from './command.js';
import type { CommandResult } from './command-result.js';
import { decide } from '../recovery/decide.js';
import type { BreakerRecord, BreakerState, Command, Control, Evidence } from '../model.js';
import { DEFAULT_POLICY } from '../policy/policy.js';
import {
  closedState,
  initialState,
  openState,
  rampingState,
  type RampingState,
} from '../recovery/state.js';

const T = 1_000_000;
const NONE: Evidence = { fast: null, slow: null, step: null, probe: null, acks: null };
const facts = { outageStartedAt: T - 10_000, rateBefore: 0.01, relapses: 1 };
const auto: Control = { mode: 'auto' };
const observe: Control = { mode: 'observe' };
const held: Control = { mode: 'held', until: null };

const closed = initialState(0);
const open = openState(facts, T + 500, T - 2_500);
const stopped = openState(facts, null, T - 2_500);
const ramp: RampingState = {
  ...rampingState(DEFAULT_POLICY, facts, T - 100),
  dwellStartedAt: T - 50,
};

function run(state: BreakerState, wish: Command, control: Control = auto): CommandResult {
  const record: BreakerRecord = {
    key: 'stripe',
    version: 7,
    state,
    control,
    policy: DEFAULT_POLICY,
  };
  return command(record, wish, T, 0.5);
}
function accepted(result: CommandResult) {
  if (!result.ok) throw new Error(`refused: ${result.code}`);
  return result.transition;
}

const trip: Command = { type: 'trip', until: null };
const restore: Command = { type: 'restore' };
const start: Command = { type: 'ramp.start' };
const abort: Command = { type: 'ramp.abort' };
const next: Command = { type: 'ramp.next' };
const resume: Command = { type: 'ramp.resume' };
const mode = (to: 'auto' | 'held' | 'observe', until: number | null = null): Command => ({
  type: 'mode.set',
  mode: to,
  until,
});

describe('what a command keeps', () => {
  it('the outage and its relapses, through trip, restore and start', () => {
    for (const wish of [trip, abort]) {
      expect(accepted(run(ramp, wish)).state).toMatchObject({
        ...facts,
        coolDownEndsAt: null,
        since: T,
      });
    }
    expect(accepted(run(stopped, restore, held)).state).toMatchObject(facts);
    expect(accepted(run(stopped, start, held)).state).toMatchObject({
      ...facts,
      lastDwellMs: 4_000,
    });
  });

  it('when it was opened, as a person takes it over', () => {
    expect(accepted(run(open, trip)).state).toEqual({ ...open, coolDownEndsAt: null });
  });

  it('no outage of before for a closed one, but its relapses until it is stable', () => {
    expect(accepted(run(closed, trip)).state).toMatchObject({
      outageStartedAt: T,
      relapses: 0,
      rateBefore: 0,
    });
    expect(accepted(run(closedState(DEFAULT_POLICY, 3, T - 1), trip)).state).toMatchObject({
      relapses: 3,
    });
  });

  it('the ladder of the ramp under way, whatever the policy says now', () => {
    const own = { ...ramp, ladder: [7, 9] };
    expect(accepted(run(own, next)).state).toMatchObject({ step: 1, ladder: [7, 9] });
    expect(accepted(run({ ...own, step: 1 }, next)).state.kind).toBe('closed');
  });

  it('a pause while stepping by hand', () => {
    const paused = { ...ramp, paused: true, pausedUntil: T + 9 };
    expect(accepted(run(paused, next)).state).toMatchObject({
      paused: true,
      pausedUntil: T + 9,
      dwellStartedAt: null,
    });
  });
});

describe('after a command', () => {
  const record = (state: BreakerState, control: Control): BreakerRecord => ({
    key: 'stripe',
    version: 8,
    state,
    control,
    policy: DEFAULT_POLICY,
  });

  it('a trip until a time is probed when its time has come', () => {
    const tripped = accepted(run(closed, { type: 'trip', until: T + 60_000 }));
    const first = record(tripped.state, tripped.control);
    expect(decide(first, NONE, T + 59_999, 0).transition).toBeNull();
    const ended = decide(first, NONE, T + 60_000, 0).transition!;
    expect(ended.control).toEqual(auto);
    expect(
      decide(record(ended.state, ended.control), NONE, T + 60_000, 0).transition?.state.kind,
    ).toBe('probing');
  });

  it('a released hold of an open breaker is probed at once', () => {
    const released = accepted(run(stopped, mode('auto'), held));
    expect(released.state).toMatchObject({ kind: 'open', coolDownEndsAt: T });
    expect(
      decide(record(released.state, released.control), NONE, T, 0).transition?.state.kind,
    ).toBe('probing');
  });

  it('an exact admission stays until it is resumed, then goes to the next step above', () => {
    const exact = accepted(run(ramp, { type: 'ramp.set', admission: 6 * 2 ** 28 }));
    expect(exact.state).toMatchObject({ step: 2, paused: true, dwellStartedAt: null });
    const good: Evidence = { ...NONE, acks: { connected: 1, applied: 1, behind: [] } };
    expect(decide(record(exact.state, exact.control), good, T + 1, 0).transition).toBeNull();
    const resumedState = accepted(run(exact.state, resume)).state;
    const dwell = decide(record(resumedState, auto), good, T + 1, 0).transition!.state;
    const step = {
      lengthMs: 3_000,
      counts: {
        ok: 50,
        failures: 0,
        slow: 0,
        timeouts: 0,
        stalled: 0,
        rejected: 0,
        throttled: 0,
        localLag: 0,
        ruledOk: 0,
        ruledFailures: 0,
        limited: 0,
      },
      failingBuckets: 0,
      reporting: 1,
      failing: 0,
      heaviest: [],
    };
    expect(
      decide(record(dwell, auto), { ...NONE, step }, T + 9_000, 0).transition?.state,
    ).toMatchObject({ step: 3, exact: null });
  });

  it('leaving observe forgets what it would have done', () => {
    const seen: BreakerState = { ...closed, wouldHaveTrippedAt: T - 5 };
    expect(accepted(run(seen, mode('auto'), observe)).state).not.toHaveProperty(
      'wouldHaveTrippedAt',
    );
  });
});
