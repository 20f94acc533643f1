import { describe, expect, it } from 'vitest';
import { EMPTY_COUNTS } from '../counts.js';
import { decide } from './decide.js';
import type {
  BreakerRecord,
  BreakerState,
  Control,
  Evidence,
  ProbeEvidence,
  WindowEvidence,
} from '../model.js';
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

describe('probing', () => {
  const probing = record(probingState(facts, T));
  const probe = (
    succeeded: number,
    failed: number,
    claimed = 3,
    more: Partial<ProbeEvidence> = {},
  ): Evidence => ({
    ...NONE,
    probe: { round: 1, claimed, succeeded, failed, ...more },
  });

  it('starts the ramp when all permits succeeded, with a dwell that the outage has earned', () => {
    const { transition, dueAt } = decide(probing, probe(3, 0), T + 2_000, 0);
    expect(transition?.state).toEqual({
      kind: 'ramping',
      since: T + 2_000,
      ladder: DEFAULT_POLICY.recovery.ladder,
      step: 0,
      exact: null,
      stepStartedAt: T + 2_000,
      dwellStartedAt: null,
      dwellMs: 1_000,
      lastDwellMs: 4_800,
      paused: false,
      ...facts,
    });
    expect(transition?.evidence.cause).toBe('probe_passed');
    expect(dueAt).toBe(T + 7_000);
  });

  it.each([
    [100, 1_000, 1_000],
    [4_000, 1_000, 1_600],
    [40_000, 2_000, 16_000],
    [3_600_000, 3_750, 30_000],
  ])('an outage of %i ms makes steps of %i to %i ms', (outage, dwellMs, lastDwellMs) => {
    const state = { ...probingState(facts, T), outageStartedAt: T + 100 - outage };
    expect(decide(record(state), probe(3, 0), T + 100, 0).transition?.state).toMatchObject({
      dwellMs,
      lastDwellMs,
    });
  });

  it('opens again on the first failure, which is no relapse, for a tenth of the outage', () => {
    const { transition } = decide(probing, probe(2, 1), T + 10_000, 0);
    expect(transition?.state).toMatchObject({
      kind: 'open',
      relapses: 0,
      coolDownEndsAt: T + 10_000 + 2_000,
      outageStartedAt: facts.outageStartedAt,
      rateBefore: facts.rateBefore,
    });
    expect(transition?.evidence.cause).toBe('probe_failed');
  });

  it.each<[string, Evidence]>([
    ['two of three so far', probe(2, 0)],
    ['nobody has claimed one', probe(0, 0, 0)],
    [
      'answers of another round',
      { ...NONE, probe: { round: 2, claimed: 3, succeeded: 3, failed: 0 } },
    ],
    [
      'failures of another round',
      { ...NONE, probe: { round: 0, claimed: 3, succeeded: 0, failed: 3 } },
    ],
    ['failures outside the permits', dead],
  ])('waits: %s', (_name, evidence) => {
    const { transition, dueAt } = decide(probing, evidence, T + 1_000, 0);
    expect(transition).toBeNull();
    expect(dueAt).toBeGreaterThan(T + 1_000);
  });

  it('issues a new round when a claimed permit was never answered, after its life and a margin', () => {
    const evidence = probe(2, 0);
    expect(decide(probing, evidence, T + 5_999, 0).transition).toBeNull();
    const { transition } = decide(probing, evidence, T + 6_000, 0);
    expect(transition?.state).toMatchObject({
      kind: 'probing',
      round: 2,
      roundStartedAt: T + 6_000,
      since: T,
    });
    expect(transition?.versionChanged).toBe(false);
    expect(transition?.evidence.cause).toBe('probe_reissued');
  });

  it('counts the life of a permit from the last claim, where that is known', () => {
    const evidence = probe(2, 0, 3, { lastClaimedAt: T + 4_000 });
    expect(decide(probing, evidence, T + 9_999, 0)).toEqual({
      transition: null,
      dueAt: T + 10_000,
    });
    expect(decide(probing, evidence, T + 10_000, 0).transition?.state).toMatchObject({ round: 2 });
  });

  it('never issues a new round while permits wait for demand', () => {
    expect(decide(probing, probe(0, 0, 0), T + 3_600_000, 0).transition).toBeNull();
    expect(decide(probing, probe(2, 0, 2), T + 3_600_000, 0).transition).toBeNull();
  });

  it('gives permits of each later round twice the life, up to five minutes', () => {
    expect(decide(probing, NONE, T + 5_999, 0).transition).toBeNull();
    expect(decide(probing, NONE, T + 6_000, 0).transition?.state).toMatchObject({ round: 2 });
    const third = record({ ...probingState(facts, T), round: 3 });
    expect(decide(third, NONE, T + 20_999, 0).transition).toBeNull();
    expect(decide(third, NONE, T + 21_000, 0).transition?.state).toMatchObject({ round: 4 });
    const late = record({ ...probingState(facts, T), round: 1_000 });
    expect(decide(late, NONE, T + 301_000, 0).transition?.state).toMatchObject({ round: 1_001 });
  });

  it('counts probes that succeeded in earlier rounds', () => {
    const { transition } = decide(probing, probe(2, 0), T + 6_000, 0);
    expect(transition?.state).toMatchObject({ round: 2, passed: 2 });
    const second = record(transition!.state);
    const one = { ...NONE, probe: { round: 2, claimed: 1, succeeded: 1, failed: 0 } };
    expect(decide(second, one, T + 7_000, 0).transition?.state.kind).toBe('ramping');
  });

  const quick = { p50Ms: 12, p95Ms: 30 };
  it.each([
    ['quick probes after a short outage begin at 25 %', 4_000, quick, { slowestMs: 30 }, {}, 2],
    ['slow ones begin at the first step', 4_000, quick, { slowestMs: 60 }, {}, 0],
    ['of unknown latency begin at the first step', 4_000, quick, {}, {}, 0],
    ['after a long outage begin at the first step', 31_000, quick, { slowestMs: 30 }, {}, 0],
    ['before which nothing is known', 4_000, undefined, { slowestMs: 30 }, {}, 0],
    ['of a cold-sensitive one', 4_000, quick, { slowestMs: 30 }, { coldSensitive: true }, 0],
  ])('%s', (_name, outageMs, latencyBefore, more, recovery, step) => {
    const outageStartedAt = T + 100 - outageMs;
    const known = { ...facts, outageStartedAt, ...(latencyBefore && { latencyBefore }) };
    const policy = mergePolicy(DEFAULT_POLICY, { recovery });
    const state = { ...record(probingState(known, T)), policy };
    const { transition } = decide(state, probe(3, 0, 3, more), T + 100, 0);
    expect(transition?.state).toMatchObject({ kind: 'ramping', step });
  });

  it('asks for as many successes as the policy says', () => {
    const policy = mergePolicy(DEFAULT_POLICY, { recovery: { probes: 5 } });
    const five = { ...probing, policy };
    expect(decide(five, probe(4, 0, 5), T + 1, 0).transition).toBeNull();
    expect(decide(five, probe(5, 0, 5), T + 1, 0).transition?.state.kind).toBe('ramping');
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
