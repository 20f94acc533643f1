import { describe, expect, it } from 'vitest';
import { EMPTY_COUNTS } from '../model/counts.js';
import { decide } from './decide.js';
import type { BreakerRecord, Counts, Evidence, WindowEvidence } from '../model/model.js';
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
function record(state: RampingState): BreakerRecord {
  const control = { mode: 'auto' } as const;
  return { key: 'stripe', version: 7, state, control, policy: DEFAULT_POLICY };
}
function step(counts: Partial<Counts>): Evidence {
  const window: WindowEvidence = {
    lengthMs: 2_500,
    counts: { ...EMPTY_COUNTS, ...counts },
    failingBuckets: (counts.failures ?? 0) > 0 ? 4 : 0,
    reporting: 20,
    failing: 0,
    heaviest: [],
  };
  return { ...NONE, step: window };
}
describe('a step whose latencies are compared with those before the outage', () => {
  const latencyBefore = { p50Ms: 12, p95Ms: 30 };
  const figures = (p50: number, p95: number) => ({ samples: 40, p50, p95, p99: 90, max: 90 });
  const at = (ms: number, p50: number, recovery = {}, more = {}, p95 = 2 * p50) => {
    const state = dwelling({ dwellMs: 4_000, latencyBefore, ...more });
    const policy = mergePolicy(DEFAULT_POLICY, { recovery });
    const evidence = { ...step({ ok: 100 }), latency: figures(p50, p95) };
    return decide({ ...record(state), policy }, evidence, state.dwellStartedAt! + ms, 0);
  };

  const long = { outageStartedAt: T - 120_000, dwellMs: 30_000, lastDwellMs: 30_000 };

  it('is short when they are the same, and says so', () => {
    expect(at(499, 12)).toEqual({ transition: null, dueAt: expect.any(Number) as number });
    expect(at(500, 12).transition?.evidence).toMatchObject({
      cause: 'step_passed',
      summary: expect.stringContaining('Latencies are as before: p50 12 ms') as string,
    });
  });

  it('holds twice as long while most are slower', () => {
    const last = { step: 3, dwellMs: 8_000, lastDwellMs: 8_000 };
    expect(at(15_999, 60, {}, last).transition).toBeNull();
    expect(at(16_000, 60, {}, last).transition?.evidence.cause).toBe('step_passed');
  });

  it('needs 4.4 s at the last step while only some are slower, and less before', () => {
    const times = [0, 1, 2, 3].map((index) => {
      const state = { ...long, step: index };
      return [1_000, 1_100, 2_200, 4_400].map(
        (ms) => at(ms, 12, {}, state, 60).transition !== null,
      );
    });
    expect(times).toEqual([
      [true, true, true, true],
      [false, true, true, true],
      [false, false, true, true],
      [false, false, false, true],
    ]);
  });

  it('does not wait for warmth where little is admitted', () => {
    expect(at(1_100, 60, {}, { ...long, step: 1 }).transition).not.toBeNull();
    expect(at(2_200, 60, {}, { ...long, step: 2 }).transition).not.toBeNull();
    expect(at(4_400, 60, {}, { ...long, step: 3 }).transition).toBeNull();
  });

  it('takes twice the time after a step back, also where it is warm', () => {
    const back = { step: 3, dwellMs: 8_000, lastDwellMs: 8_000 };
    const after = (p50: number, p95?: number) =>
      [500, 999, 1_000, 7_999, 8_000].map((ms) => at(ms, p50, {}, back, p95).transition !== null);
    expect(after(12)).toEqual([false, false, true, true, true]);
    expect(after(12, 60)).toEqual([false, false, false, false, true]);
  });

  it('is never short where the breaker is marked as cold-sensitive', () => {
    expect(at(3_999, 12, { coldSensitive: true }).transition).toBeNull();
    expect(at(4_000, 12, { coldSensitive: true }).transition).not.toBeNull();
  });
});
