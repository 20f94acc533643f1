import { describe, expect, it } from 'vitest';
import { EMPTY_COUNTS } from '../model/counts.js';
import { decide } from './decide.js';
import type {
  AckEvidence,
  BreakerRecord,
  Counts,
  Evidence,
  Policy,
  WindowEvidence,
} from '../model/model.js';
import { bucketsOf } from '../trip/trip.fake.js';
import { DEFAULT_POLICY, mergePolicy } from '../policy/policy.js';
import { rampingState, type RampingState } from './state.js';

const T = 1_000_000;
const NONE: Evidence = { windows: [], buckets: null, step: null, probe: null, acks: null };
const facts = { outageStartedAt: T - 10_000, rateBefore: 0.01, relapses: 1 };

function ramp(more: Partial<RampingState> = {}): RampingState {
  return { ...rampingState(DEFAULT_POLICY, facts, T), ...more };
}
/** Dwelling since T; the first step ends at T + 1,000, the last would at T + 4,000. */
const dwelling = (more: Partial<RampingState> = {}) => ramp({ dwellStartedAt: T, ...more });
const last = () => dwelling({ step: 3, dwellMs: 4_000 });
function record(state: RampingState, policy: Policy = DEFAULT_POLICY): BreakerRecord {
  return { key: 'stripe', version: 7, state, control: { mode: 'auto' }, policy };
}
function step(counts: Partial<Counts>, more: Partial<WindowEvidence> = {}): Evidence {
  const window: WindowEvidence = {
    lengthMs: 2_500,
    counts: { ...EMPTY_COUNTS, ...counts },
    failingBuckets: (counts.failures ?? 0) > 0 ? 4 : 0,
    reporting: 20,
    failing: 0,
    heaviest: [],
    ...more,
  };
  return { ...NONE, step: window };
}
const acks = (applied: number, connected: number, behind: string[] = []): Evidence => ({
  ...NONE,
  acks: { applied, connected, behind } satisfies AckEvidence,
});

describe('the dwell', () => {
  it.each([
    // applied, connected, ms since the step, starts
    [0, 20, 0, false],
    [18, 20, 4_999, false],
    [19, 20, 0, true],
    [20, 20, 0, true],
    [1, 1, 0, true],
    [0, 1, 60_000, false],
    [10, 20, 4_999, false],
    [10, 20, 5_000, true],
    [9, 20, 5_000, false],
    [9, 20, 3_600_000, false],
    [0, 0, 3_600_000, false],
  ])('with %i of %i applied after %i ms starts: %s', (applied, connected, after, starts) => {
    const { transition, dueAt } = decide(record(ramp()), acks(applied, connected), T + after, 0);
    if (!starts) {
      expect(transition).toBeNull();
      expect(dueAt).toBeGreaterThan(T + after);
      return;
    }
    expect(transition?.state).toEqual(ramp({ dwellStartedAt: T + after }));
    expect(transition?.versionChanged).toBe(false);
    expect(transition?.evidence.cause).toBe('dwell_started');
    expect(dueAt).toBe(T + after + 1_000);
  });

  it('names those that it does not wait for', () => {
    const { transition } = decide(record(ramp()), acks(18, 20, ['pod-a', 'pod-b']), T + 5_000, 0);
    expect(transition?.evidence.summary).toContain('18 of 20 instances have applied 6.25%');
    expect(transition?.evidence.summary).toContain('left out after 5 s: pod-a and pod-b');
  });

  it('waits when nothing is known of the fleet', () => {
    expect(decide(record(ramp()), NONE, T + 3_600_000, 0).transition).toBeNull();
  });
});

describe('a step', () => {
  it.each<[string, Partial<Counts>, number, number | null]>([
    ['good', { ok: 100 }, 1_000, 1],
    ['good, but too early', { ok: 100 }, 999, null],
    ['at the limit of 10%', { ok: 90, failures: 10 }, 1_000, 1],
    ['above the limit, not surely', { ok: 85, failures: 15 }, 1_000, null],
    ['4 calls are too few', { ok: 4 }, 1_000, null],
    ['5 calls are enough', { ok: 5 }, 1_000, 1],
    ['with one failure it takes ten', { ok: 8, failures: 1 }, 1_000, null],
    ['which are enough', { ok: 9, failures: 1 }, 1_000, 1],
    ['a single failure of a single call says little', { failures: 1 }, 1_000, null],
  ])('%s', (_name, counts, after, next) => {
    const { transition, dueAt } = decide(record(dwelling()), step(counts), T + after, 0);
    if (next === null) {
      expect(transition).toBeNull();
      expect(dueAt).toBeGreaterThan(T + after);
      return;
    }
    expect(transition?.state).toEqual(
      ramp({ step: next, stepStartedAt: T + after, dwellStartedAt: null }),
    );
    expect(transition?.versionChanged).toBe(true);
    expect(transition?.evidence.cause).toBe('step_passed');
  });

  it('passes at the rate from before the outage and five points', () => {
    const sickly = dwelling({ rateBefore: 0.12 });
    expect(
      decide(record(sickly), step({ ok: 84, failures: 16 }), T + 2_500, 0).transition?.state,
    ).toMatchObject({ step: 1 });
    expect(
      decide(record(sickly), step({ ok: 82, failures: 18 }), T + 2_500, 0).transition,
    ).toBeNull();
  });

  it('holds while nothing is known of it: an emptied store is not healthy', () => {
    expect(decide(record(dwelling()), NONE, T + 3_600_000, 0).transition).toBeNull();
  });

  it('is never skipped, however long it is overdue, and its next dwell starts afresh', () => {
    const late = T + 3_600_000;
    const first = decide(record(dwelling()), step({ ok: 100_000 }), late, 0);
    expect(first.transition?.state).toMatchObject({
      step: 1,
      stepStartedAt: late,
      dwellStartedAt: null,
    });
    const second = decide(record(first.transition!.state as RampingState), acks(20, 20), late, 0);
    expect(second.transition?.state).toMatchObject({ step: 1, dwellStartedAt: late });
    const third = decide(
      record(second.transition!.state as RampingState),
      step({ ok: 100_000 }),
      late,
      0,
    );
    expect(third.transition).toBeNull();
    expect(third.dueAt).toBe(late + 1_000);
  });

  it('after the last is closed; the relapses are kept until it has been stable', () => {
    const { transition } = decide(record(last()), step({ ok: 100 }), T + 4_000, 0);
    expect(transition?.state).toEqual({
      kind: 'closed',
      since: T + 4_000,
      relapses: 1,
      stableAt: T + 304_000,
    });
  });

  it('with an exact admission goes on to the next one above it', () => {
    const exact = dwelling({ exact: 2 ** 29 + 5, step: 1 });
    expect(decide(record(exact), step({ ok: 100 }), T + 2_500, 0).transition?.state).toMatchObject({
      step: 2,
      exact: null,
    });
    const top = dwelling({ exact: 2 ** 31 + 5, step: 3 });
    expect(decide(record(top), step({ ok: 100 }), T + 2_500, 0).transition?.state.kind).toBe(
      'closed',
    );
  });
});

describe('429s', () => {
  it('hold a step once more, twice as long, up to the longest dwell', () => {
    const { transition } = decide(
      record(dwelling()),
      step({ ok: 100, throttled: 1 }),
      T + 2_500,
      0,
    );
    expect(transition?.state).toEqual(
      dwelling({ dwellStartedAt: T + 2_500, dwellMs: 2_000, lastDwellMs: 8_000 }),
    );
    expect(transition?.versionChanged).toBe(false);
    const long = dwelling({ dwellMs: 20_000 });
    expect(
      decide(record(long), step({ ok: 100, throttled: 1 }), T + 20_000, 0).transition?.state,
    ).toMatchObject({
      dwellMs: 30_000,
    });
  });
});

describe('little traffic', () => {
  it.each([
    [59_999, false],
    [60_000, true],
  ])('after %i ms without a failure advances: %s', (after, advances) => {
    const third = record(dwelling({ step: 2 }));
    const { transition, dueAt } = decide(third, step({ ok: 4 }), T + after, 0);
    if (!advances) {
      expect(transition).toBeNull();
      expect(dueAt).toBe(T + 60_000);
      return;
    }
    expect(transition?.state).toMatchObject({ step: 3 });
    expect(transition?.evidence.cause).toBe('step_passed_low_traffic');
    expect(transition?.evidence.summary).toContain('Only 4 of 10 calls');
  });

  it('counts the silence from the last failure, and waits when that is not known', () => {
    const seen = (lastFailureAt?: number) =>
      step({ ok: 14, failures: 1 }, lastFailureAt === undefined ? {} : { lastFailureAt });
    expect(decide(record(last()), seen(), T + 3_600_000, 0).transition).toBeNull();
    expect(decide(record(last()), seen(T + 30_000), T + 89_999, 0).dueAt).toBe(T + 90_000);
    const { transition } = decide(record(last()), seen(T + 30_000), T + 90_000, 0);
    expect(transition?.evidence.cause).toBe('step_passed_low_traffic');
  });

  it('holds for ever where the policy says so', () => {
    const policy = mergePolicy(DEFAULT_POLICY, { recovery: { onLowTraffic: 'hold' } });
    expect(decide(record(dwelling(), policy), step({ ok: 4 }), T + 3_600_000, 0)).toEqual({
      transition: null,
      dueAt: null,
    });
  });
});

describe('a step that fails', () => {
  const bad = step({ ok: 50, failures: 50 });

  it('goes back one at once, before its dwell is over, and stays there longer', () => {
    const { transition } = decide(record(dwelling({ step: 2 })), bad, T + 100, 0);
    expect(transition?.state).toEqual(
      ramp({ step: 1, stepStartedAt: T + 100, dwellMs: 2_000, lastDwellMs: 8_000 }),
    );
    expect(transition?.versionChanged).toBe(true);
    expect(transition?.evidence.cause).toBe('step_failed');
    expect(transition?.evidence.summary).toContain('50 of 100 calls failed (50.0%');
    expect(transition?.evidence.summary).toContain('Back to 12.5%');
  });

  it('never shortens a dwell that began under another policy', () => {
    const policy = mergePolicy(DEFAULT_POLICY, { recovery: { dwellMaxMs: 1_000 } });
    const { transition } = decide(record(dwelling({ step: 2 }), policy), bad, T + 100, 0);
    expect(transition?.state).toMatchObject({ step: 1, dwellMs: 1_000, lastDwellMs: 4_000 });
  });

  it('opens again from the first step', () => {
    const { transition } = decide(record(dwelling()), bad, T + 100, 0);
    expect(transition?.state).toMatchObject({
      kind: 'open',
      relapses: 2,
      coolDownEndsAt: T + 100 + 3_000,
      outageStartedAt: facts.outageStartedAt,
    });
  });

  it('opens again from any step where the policy says so', () => {
    const policy = mergePolicy(DEFAULT_POLICY, { recovery: { onStepFailure: 'open' } });
    expect(
      decide(record(dwelling({ step: 2 }), policy), bad, T + 100, 0).transition?.state.kind,
    ).toBe('open');
  });

  it('fails while it is paused as well, and stays paused', () => {
    const paused = dwelling({ step: 2, paused: true });
    expect(decide(record(paused), bad, T + 100, 0).transition?.state).toMatchObject({
      step: 1,
      paused: true,
    });
  });

  it('from an exact admission goes back to the step below it', () => {
    const exact = dwelling({ step: 2, exact: 2 ** 30 + 9 });
    expect(decide(record(exact), bad, T + 100, 0).transition?.state).toMatchObject({
      step: 2,
      exact: null,
    });
    const low = dwelling({ exact: 5 });
    expect(decide(record(low), bad, T + 100, 0).transition?.state.kind).toBe('open');
  });

  it('is not failed by one heavy node', () => {
    const heaviest = [{ instanceId: 'bad', service: 's', zone: null, calls: 90, failures: 90 }];
    const one = step({ ok: 910, failures: 90 }, { heaviest });
    expect(decide(record(dwelling()), one, T + 100, 0).transition).toBeNull();
    const heavier = step(
      { ok: 400, failures: 600 },
      { heaviest: [{ ...heaviest[0]!, calls: 600, failures: 600 }] },
    );
    const bounded = decide(record(dwelling({ rateBefore: 0.08 })), heavier, T + 2_500, 0);
    expect(bounded.transition?.state).toMatchObject({ step: 1 });
  });

  it('opens when the dependency dies before the dwell or in a long pause', () => {
    const dead = {
      ...step({ ok: 1_000_000, failures: 400 }),
      windows: [step({ failures: 400 }, { failing: 20, failingBuckets: 8 }).step!],
      buckets: bucketsOf({ ms: 2_000, rate: 1 }),
    };
    for (const state of [ramp({ step: 2 }), dwelling({ step: 2, paused: true })]) {
      const { transition } = decide(record(state), dead, T + 100, 0);
      expect(transition?.state).toMatchObject({ kind: 'open', relapses: 2 });
      expect(transition?.evidence.cause).toBe('step_failed');
    }
  });
});

describe('a pause', () => {
  it('stops the ladder until a person or its end', () => {
    const good = { ...step({ ok: 100 }), acks: { applied: 20, connected: 20, behind: [] } };
    expect(decide(record(dwelling({ paused: true })), good, T + 9_999, 0)).toEqual({
      transition: null,
      dueAt: null,
    });
    expect(decide(record(ramp({ paused: true })), good, T + 9_999, 0).transition).toBeNull();
    const until = dwelling({ paused: true, pausedUntil: T + 5_000 });
    expect(decide(record(until), good, T + 4_999, 0)).toEqual({
      transition: null,
      dueAt: T + 5_000,
    });
    const { transition } = decide(record(until), good, T + 5_000, 0);
    expect(transition?.state).toEqual(dwelling({ paused: false, pausedUntil: null }));
    expect(transition?.versionChanged).toBe(false);
    expect(transition?.evidence.cause).toBe('hold_ended');
  });
});
