import { describe, expect, it } from 'vitest';
import { EMPTY_COUNTS } from '../model/counts.js';
import type { BreakerRecord, BreakerState, Control, Evidence } from '../model/model.js';
import { DEFAULT_POLICY } from '../policy/policy.js';
import { decide } from '../recovery/decide.js';
import { closedState } from '../recovery/state.js';
import { accepted, commands, controls, facts, run, states, T } from './command.fake.js';

const { auto, held, observe } = controls;
const { closed, open, ramp, stopped } = states;
const { abort, mode, next, restore, resume, start, trip } = commands;
const NONE: Evidence = { windows: [], buckets: null, step: null, probe: null, acks: null };

describe('what a command keeps', () => {
  it('the outage and its relapses, through trip, restore and start', () => {
    for (const request of [trip, abort]) {
      expect(accepted(run(ramp, request)).state).toMatchObject({
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
      counts: { ...EMPTY_COUNTS, ok: 50 },
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

describe('rules while a person holds a breaker open', () => {
  const openWithRules = { type: 'trip', until: null, keepsRules: true } as const;

  it('stop by default, and stay in force where the person says so', () => {
    expect(accepted(run(closed, trip)).state).not.toHaveProperty('keepsRules');
    expect(accepted(run(closed, openWithRules)).state).toMatchObject({ keepsRules: true });
  });

  it('can be stopped and put in force again without closing it', () => {
    const withRules = accepted(run(closed, openWithRules));
    const without = accepted(run(withRules.state, trip, withRules.control));
    expect(without.state).not.toHaveProperty('keepsRules');
    expect(accepted(run(without.state, openWithRules, held)).state).toMatchObject({
      keepsRules: true,
    });
    expect(run(withRules.state, openWithRules, held).ok).toBe(false);
  });

  it('stay in force where it is held as it is', () => {
    expect(accepted(run(open, mode('held'))).state).toMatchObject({ keepsRules: true });
    expect(accepted(run(stopped, mode('held', T + 9), held)).state).toEqual(stopped);
  });
});

describe('the mode', () => {
  const requests = Object.values(commands).filter((request) => typeof request !== 'function');
  const cases = Object.entries(states).flatMap(([name, state]) =>
    Object.values(controls).flatMap((control) =>
      [...requests, commands.set(5), commands.set(0)].map(
        (request) =>
          [request.type, name, control.mode, () => run(state, request, control), control] as const,
      ),
    ),
  );

  it.each(cases)('is not changed without a word by %s in %s, %s', (type, _, __, give, control) => {
    const result = give();
    if (!result.ok || result.transition.control.mode === control.mode) return;
    const { evidence, control: after } = result.transition;
    expect(evidence.summary).toMatch(
      after.mode === 'held'
        ? /open(?:ed)? by hand/i
        : new RegExp(`Its mode changes from ${control.mode} to ${after.mode}\\.`),
    );
    expect(type).not.toBe('mode.set');
  });
});
