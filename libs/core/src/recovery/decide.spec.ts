import { describe, expect, it } from 'vitest';
import { EMPTY_COUNTS } from '../model/counts.js';
import { decide } from './decide.js';
import type {
  BreakerRecord,
  BreakerState,
  Control,
  Evidence,
  WindowEvidence,
} from '../model/model.js';
import { DEFAULT_POLICY, mergePolicy } from '../policy/policy.js';
import { bucketsOf } from '../trip/trip.fake.js';
import { closedState, initialState, openState, probingState } from './state.js';

const T = 1_000_000;
const NONE: Evidence = { windows: [], buckets: null, step: null, probe: null, acks: null };
const facts = { outageStartedAt: T - 10_000, rateBefore: 0.01, relapses: 0 };

function record(state: BreakerState, control: Control = { mode: 'auto' }): BreakerRecord {
  return { key: 'stripe', version: 7, state, control, policy: DEFAULT_POLICY };
}
function window(ok: number, failures: number, more: Partial<WindowEvidence> = {}): WindowEvidence {
  return {
    lengthMs: 2_000,
    counts: { ...EMPTY_COUNTS, ok, failures },
    failingBuckets: failures > 0 ? 8 : 0,
    reporting: 20,
    failing: failures > ok ? 20 : 0,
    heaviest: [],
    ...more,
  };
}
const dead: Evidence = {
  ...NONE,
  windows: [window(0, 400)],
  buckets: bucketsOf({ ms: 2_000, rate: 1 }),
};

describe('closed', () => {
  it('rests without evidence and with good evidence', () => {
    for (const evidence of [NONE, { ...NONE, windows: [window(400, 3)] }]) {
      expect(decide(record(initialState(0)), evidence, T, 0)).toEqual({
        transition: null,
        dueAt: null,
      });
    }
  });

  it('opens on an excess of failures, with a new version and a cool-down', () => {
    const { transition, dueAt } = decide(record(initialState(0)), dead, T, 0);
    expect(transition?.state).toEqual({
      kind: 'open',
      since: T,
      coolDownEndsAt: T + 1_000,
      outageStartedAt: T - 2_000,
      rateBefore: 0,
      relapses: 0,
    });
    expect(transition?.versionChanged).toBe(true);
    expect(transition?.control).toEqual({ mode: 'auto' });
    expect(transition?.evidence.cause).toBe('excess_failures');
    expect(transition?.evidence.window).toMatchObject({ ...dead.windows[0], excess: { bad: 400 } });
    expect(transition?.evidence.summary).toContain('400 of 400 calls failed');
    expect(dueAt).toBe(T + 1_000);
  });

  it('takes the begin of the excess as the start of the outage, and the rate before it', () => {
    const buckets = bucketsOf({ ms: 10_000, rate: 0.02 }, { ms: 1_750, rate: 1 });
    const { transition } = decide(record(initialState(0)), { ...dead, buckets }, T, 0);
    expect(transition?.state).toMatchObject({ outageStartedAt: T - 1_750 });
    expect(transition?.state).toHaveProperty('rateBefore', expect.closeTo(0.02, 6));
  });

  it('keeps the latencies from before the outage, where enough were taken', () => {
    const latency = { samples: 40, p50: 12, p95: 30, p99: 80, max: 100 };
    const { transition } = decide(record(initialState(0)), { ...dead, latency }, T, 0);
    expect(transition?.state).toMatchObject({ latencyBefore: { p50Ms: 12, p95Ms: 30 } });
    const few = { ...dead, latency: { ...latency, samples: 4 } };
    expect(decide(record(initialState(0)), few, T, 0).transition?.state).not.toHaveProperty(
      'latencyBefore',
    );
  });

  it.each([
    [0, 1_000],
    [1, 2_000],
    [2, 3_000],
    [60, 3_000],
  ])('after %i relapses opens for %i ms, when it had not yet been stable', (relapses, coolDown) => {
    const state =
      relapses === 0 ? initialState(0) : closedState(DEFAULT_POLICY, relapses - 1, T - 1);
    const { transition } = decide(record(state), dead, T, 0);
    expect(transition?.state).toMatchObject({ relapses, coolDownEndsAt: T + coolDown });
  });

  it('starts counting relapses again once it was stable', () => {
    const state = closedState(DEFAULT_POLICY, 4, T - 300_000);
    expect(decide(record(state), dead, T, 0).transition?.state).toMatchObject({ relapses: 0 });
    expect(decide(record(state), dead, T - 1, 0).transition?.state).toMatchObject({ relapses: 5 });
  });

  it('is checked every second where an active check is set, however long the cool-down', () => {
    const probe = { kind: 'tcp', host: 'a', port: 1, timeoutMs: 1_000 } as const;
    const recovery = { probe, coolDownMs: 60_000, coolDownMaxMs: 60_000 };
    const policy = mergePolicy(DEFAULT_POLICY, { recovery });
    const { transition } = decide({ ...record(initialState(0)), policy }, dead, T, 0);
    expect(transition?.state).toMatchObject({ coolDownEndsAt: T + 1_000 });
  });

  it('adds the jitter to the cool-down', () => {
    const { transition } = decide(record(initialState(0)), dead, T, 0.5);
    expect(transition?.state).toMatchObject({ coolDownEndsAt: T + 1_050 });
  });
});

describe('observe', () => {
  const observe: Control = { mode: 'observe' };

  it('records an episode once and never opens', () => {
    const first = decide(record(initialState(0), observe), dead, T, 0);
    expect(first.transition?.evidence.cause).toBe('would_have_tripped');
    expect(first.transition?.versionChanged).toBe(false);
    expect(first.transition?.state).toEqual({ ...initialState(0), wouldHaveTrippedAt: T });
    const again = record(first.transition!.state, observe);
    expect(decide(again, dead, T + 1_000, 0).transition).toBeNull();
    expect(decide(again, dead, T + 299_999, 0).transition).toBeNull();
    expect(decide(again, dead, T + 300_000, 0).transition?.state).toMatchObject({
      kind: 'closed',
      wouldHaveTrippedAt: T + 300_000,
    });
  });

  it.each<BreakerState>([
    openState(facts, T, T),
    probingState(facts, T),
    { kind: 'dimmed', since: 0, admission: 5 },
  ])('leaves $kind as it is', (state) => {
    expect(decide(record(state, observe), dead, T + 60_000, 0).transition).toBeNull();
  });
});

describe('held', () => {
  it.each<BreakerState>([
    initialState(0),
    openState(facts, T - 1, T - 10),
    probingState(facts, T - 60_000),
    { kind: 'dimmed', since: 0, admission: 5 },
  ])('$kind does not move, whatever the evidence', (state) => {
    const probe = { round: 1, claimed: 3, succeeded: 3, failed: 0 };
    const held = record(state, { mode: 'held', until: T + 1 });
    expect(decide(held, { ...dead, probe }, T, 0)).toEqual({ transition: null, dueAt: T + 1 });
    const forever = record(state, { mode: 'held', until: null });
    expect(decide(forever, { ...dead, probe }, T, 0)).toEqual({ transition: null, dueAt: null });
  });

  it('goes back to auto at its end, and what a person had opened is probed', () => {
    const held = record(openState(facts, null, T - 10), { mode: 'held', until: T });
    const { transition, dueAt } = decide(held, NONE, T, 0);
    expect(transition?.control).toEqual({ mode: 'auto' });
    expect(transition?.versionChanged).toBe(false);
    expect(transition?.evidence.cause).toBe('hold_ended');
    expect(dueAt).toBe(T);
    const next = decide(record(transition!.state), NONE, T, 0);
    expect(next.transition?.state.kind).toBe('probing');
  });

  it('goes on with the cool-down that was running', () => {
    const held = record(openState(facts, T + 500, T - 10), { mode: 'held', until: T });
    expect(decide(held, NONE, T, 0).transition?.state).toMatchObject({ coolDownEndsAt: T + 500 });
  });
});

describe('open', () => {
  it('waits for the end of the cool-down, then probes', () => {
    const open = record(openState(facts, T, T - 3_000));
    expect(decide(open, dead, T - 1, 0)).toEqual({ transition: null, dueAt: T });
    const { transition, dueAt } = decide(open, NONE, T, 0);
    expect(transition?.state).toEqual({
      kind: 'probing',
      since: T,
      round: 1,
      roundStartedAt: T,
      ...facts,
    });
    expect(transition?.versionChanged).toBe(true);
    expect(transition?.evidence.cause).toBe('cool_down_ended');
    expect(dueAt).toBe(T + 6_000);
  });

  it('without an end stays open until a person acts', () => {
    expect(decide(record(openState(facts, null, 0)), NONE, T * 9, 0)).toEqual({
      transition: null,
      dueAt: null,
    });
  });
});

describe('dimmed', () => {
  it('opens on evidence', () => {
    const { transition } = decide(
      record({ kind: 'dimmed', since: 0, admission: 2 ** 31 }),
      dead,
      T,
      0,
    );
    expect(transition?.state).toMatchObject({ kind: 'open', relapses: 0 });
  });
});
