import { describe, expect, it } from 'vitest';
import { decide } from './decide.js';
import type { BreakerRecord, BreakerState, Evidence, ProbeEvidence } from '../model/model.js';
import { DEFAULT_POLICY, mergePolicy } from '../policy/policy.js';
import { bucketsOf, windowOf } from '../trip/trip.fake.js';
import { probingState } from './state.js';

const T = 1_000_000;
const NONE: Evidence = { windows: [], buckets: null, step: null, probe: null, acks: null };
const facts = { outageStartedAt: T - 10_000, rateBefore: 0.01, relapses: 0 };

function record(state: BreakerState): BreakerRecord {
  const control = { mode: 'auto' } as const;
  return { key: 'stripe', version: 7, state, control, policy: DEFAULT_POLICY };
}
const dead: Evidence = {
  ...NONE,
  windows: [windowOf(0, 400)],
  buckets: bucketsOf({ ms: 2_000, rate: 1 }),
};

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

  it('opens again on the first failure, which is no relapse', () => {
    const { transition } = decide(probing, probe(2, 1), T + 10_000, 0);
    expect(transition?.state).toMatchObject({
      kind: 'open',
      relapses: 0,
      coolDownEndsAt: T + 10_000 + 1_000,
      outageStartedAt: facts.outageStartedAt,
      rateBefore: facts.rateBefore,
    });
    expect(transition?.evidence.cause).toBe('probe_failed');
  });

  it('asks a cool-down after it last asked: a probe that hung has waited already', () => {
    const restMs = (hungMs: number): number => {
      const now = T + 20_000;
      const evidence = probe(0, 1, 1, { lastClaimedAt: now - hungMs });
      const { transition } = decide(probing, evidence, now, 0);
      if (transition?.state.kind !== 'open') throw new Error('It did not open.');
      return (transition.state.coolDownEndsAt ?? Number.NaN) - now;
    };
    expect([0, 400, 1_000, 15_000].map(restMs)).toEqual([1_000, 600, 0, 0]);
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
    ['quick probes after a short outage begin at 50%', 60_000, quick, { slowestMs: 30 }, {}, 3],
    ['after a longer one at 25%', 60_001, quick, { slowestMs: 30 }, {}, 2],
    ['after five minutes, too', 300_000, quick, { slowestMs: 30 }, {}, 2],
    ['quick ones may have opened a connection', 4_000, quick, { slowestMs: 45 }, {}, 3],
    ['slow ones begin at the first step', 4_000, quick, { slowestMs: 46 }, {}, 0],
    ['of unknown latency begin at the first step', 4_000, quick, {}, {}, 0],
    ['after a long outage begin at the first step', 300_001, quick, { slowestMs: 30 }, {}, 0],
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
