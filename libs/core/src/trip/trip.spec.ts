import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callsOf, EMPTY_COUNTS } from '../counts.js';
import type { Evidence, InstanceCounts, Policy, WindowEvidence } from '../model.js';
import { DEFAULT_POLICY, mergePolicy } from '../policy/policy.js';
import { boundWeights, evaluateTrip, judgeWindow, quorumOf } from './trip.js';
import { tripSummary } from './trip-summary.js';
import { wilsonLower } from './wilson.js';

function fast(ok: number, failures: number, more: Partial<WindowEvidence> = {}): WindowEvidence {
  return {
    lengthMs: 2_000,
    counts: { ...EMPTY_COUNTS, ok, failures },
    failingBuckets: 8,
    reporting: 20,
    failing: 20,
    heaviest: [],
    ...more,
  };
}

function evidence(parts: Partial<Evidence>): Evidence {
  return { fast: null, slow: null, step: null, probe: null, acks: null, ...parts };
}

const connected = (count: number) => ({ connected: count, applied: count, behind: [] });
const node = (instanceId: string, calls: number, failures: number): InstanceCounts => ({
  instanceId,
  service: 'checkout',
  zone: null,
  calls,
  failures,
});

describe('a fast window', () => {
  it.each<[string, WindowEvidence, boolean]>([
    ['dead', fast(0, 400), true],
    ['well', fast(400, 0), false],
    ['sick, below the threshold', fast(200, 200), false],
    ['just below: 74 % of 400 is at least 69.5 %', fast(104, 296), false],
    ['just above: 75 % of 400 is at least 70.5 %', fast(100, 300), true],
    ['all failed, but 19 calls only', fast(0, 19), false],
    ['all failed in 20 calls', fast(0, 20), true],
    ['70 % of 20 calls is weak evidence', fast(6, 14), false],
    ['a burst in three buckets', fast(0, 400, { failingBuckets: 3 }), false],
    ['a burst in four buckets', fast(0, 400, { failingBuckets: 4 }), true],
    ['9 of 20 instances fail', fast(0, 400, { failing: 9 }), false],
    ['10 of 20 instances fail', fast(0, 400, { failing: 10 }), true],
    ['nothing', fast(0, 0, { failingBuckets: 0, reporting: 0, failing: 0 }), false],
  ])('%s', (_name, window, trips) => {
    const verdict = evaluateTrip(DEFAULT_POLICY, evidence({ fast: window, acks: connected(20) }));
    expect(verdict?.cause ?? null).toBe(trips ? 'fast_window' : null);
  });

  it('that is not known is not healthy and does not trip', () => {
    expect(evaluateTrip(DEFAULT_POLICY, evidence({}))).toBeNull();
  });
});

describe('a slow window', () => {
  const slow = (ok: number, failures: number, more: Partial<WindowEvidence> = {}) =>
    fast(ok, failures, { lengthMs: 30_000, ...more });
  const withSlowRate = mergePolicy(DEFAULT_POLICY, { slow: { slowRate: 0.5 } });
  const lame = (slowCalls: number, more: Partial<WindowEvidence> = {}) =>
    slow(100, 0, {
      counts: { ...EMPTY_COUNTS, ok: 100, slow: slowCalls },
      failing: 0,
      failingBuckets: 0,
      ...more,
    });

  it.each<[string, Policy, WindowEvidence, boolean]>([
    ['half of 600 failed', DEFAULT_POLICY, slow(300, 300), true],
    ['42 % of 600 failed', DEFAULT_POLICY, slow(348, 252), false],
    ['slow calls without a slow rate', DEFAULT_POLICY, lame(100), false],
    ['70 of 100 slow', withSlowRate, lame(70), true],
    ['55 of 100 slow', withSlowRate, lame(55), false],
    ['one instance alone is slow', withSlowRate, lame(70, { slowInstances: 1 }), false],
    ['half of the instances are slow', withSlowRate, lame(70, { slowInstances: 10 }), true],
    ['one instance reports', withSlowRate, lame(70, { reporting: 1 }), false],
  ])('%s', (_name, policy, window, trips) => {
    const verdict = evaluateTrip(policy, evidence({ slow: window, acks: connected(20) }));
    expect(verdict?.cause ?? null).toBe(trips ? 'slow_window' : null);
  });

  it('gives way to the fast one when both trip', () => {
    const both = evidence({ fast: fast(0, 400), slow: slow(0, 400) });
    expect(evaluateTrip(DEFAULT_POLICY, both)?.cause).toBe('fast_window');
  });
});

describe('quorum', () => {
  it.each([
    // quorum, reporting, connected → needed
    [0.5, 0, 0, 1],
    [0.5, 1, 0, 1],
    [0.5, 1, 1, 1],
    [0.5, 1, 2, 2],
    [0.5, 2, 2, 2],
    [0.5, 3, 3, 2],
    [0.5, 5, 5, 3],
    [0.5, 20, 0, 10],
    [0.5, 20, 50, 10],
    [0.07, 100, 100, 7],
    [1, 20, 20, 20],
    [0, 20, 20, 2],
  ])('%d of %i reporting, %i connected: %i have to fail', (share, reporting, online, needed) => {
    expect(quorumOf(share, reporting, online)).toBe(needed);
  });

  it('is reached by a lone instance on its own word', () => {
    const alone = fast(0, 40, { reporting: 1, failing: 1 });
    expect(
      evaluateTrip(DEFAULT_POLICY, evidence({ fast: alone, acks: connected(1) })),
    ).not.toBeNull();
    expect(evaluateTrip(DEFAULT_POLICY, evidence({ fast: alone, acks: connected(2) }))).toBeNull();
  });
});

describe("one instance's weight", () => {
  it('is at most 2/n: a node with 90 % of the calls cannot trip twenty', () => {
    const window = fast(200, 1_800, { failing: 10, heaviest: [node('bad', 1_800, 1_800)] });
    const { volume, failures, bounded } = boundWeights(window);
    expect(bounded).toBe(true);
    // 200 calls of others are 90 % of the bounded volume.
    expect(volume).toBeCloseTo(200 / 0.9, 6);
    expect(failures).toBeCloseTo(20 / 0.9, 6);
    expect(judgeWindow(DEFAULT_POLICY.fast, DEFAULT_POLICY, window, 20).trips).toBe(false);
  });

  it.each([1, 2])('is not bounded with %i reporting', (reporting) => {
    const window = fast(0, 100, { reporting, heaviest: [node('a', 99, 99), node('b', 1, 1)] });
    expect(boundWeights(window)).toEqual({ volume: 100, failures: 100, bounded: false });
  });

  it('leaves an even load as it is', () => {
    const heaviest = Array.from({ length: 20 }, (_, i) => node(`n${i}`, 20, 20));
    expect(boundWeights(fast(0, 400, { heaviest }))).toEqual({
      volume: 400,
      failures: 400,
      bounded: false,
    });
  });

  it('is at most 2/n after bounding, whatever the load', () => {
    const load = fc.array(
      fc
        .integer({ min: 1, max: 5_000 })
        .chain((calls) => fc.tuple(fc.constant(calls), fc.nat(calls))),
      { minLength: 3, maxLength: 40 },
    );
    fc.assert(
      fc.property(load, (nodes) => {
        const calls = nodes.reduce((sum, [n]) => sum + n, 0);
        const failures = nodes.reduce((sum, [, n]) => sum + n, 0);
        const heaviest = nodes
          .map(([n, failed], i) => node(`n${i}`, n, failed))
          .sort((a, b) => b.failures - a.failures);
        const bound = boundWeights(
          fast(calls - failures, failures, { reporting: nodes.length, heaviest }),
        );
        const cap = (2 / nodes.length) * bound.volume;
        const expected = nodes.reduce((sum, [n]) => sum + Math.min(n, cap), 0);
        expect(bound.volume).toBeLessThanOrEqual(calls + 1e-6);
        expect(bound.volume).toBeCloseTo(expected, 4);
        expect(bound.failures).toBeLessThanOrEqual(bound.volume + 1e-6);
        expect(bound.failures).toBeGreaterThanOrEqual(-1e-9);
      }),
    );
  });
});

describe('a trip', () => {
  const window = fc.record({
    ok: fc.nat(2_000),
    failures: fc.nat(2_000),
    failingBuckets: fc.nat(8),
    reporting: fc.integer({ min: 1, max: 50 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    online: fc.nat(60),
  });

  it('needs every condition, and is never undone by more failures of the same kind', () => {
    fc.assert(
      fc.property(window, ({ ok, failures, failingBuckets, reporting, share, online }) => {
        const failing = Math.floor(share * reporting);
        const at = (failed: number) =>
          judgeWindow(
            DEFAULT_POLICY.fast,
            DEFAULT_POLICY,
            fast(ok, failed, { failingBuckets, reporting, failing }),
            online,
          );
        const verdict = at(failures);
        expect(verdict.trips).toBe(
          wilsonLower(failures, ok + failures) >= 0.7 &&
            ok + failures >= 20 &&
            failingBuckets >= 4 &&
            failing >= quorumOf(0.5, reporting, online),
        );
        if (verdict.trips) expect(at(failures + 1).trips).toBe(true);
      }),
    );
  });

  it('says why in words, with its figures', () => {
    const counts = {
      ...EMPTY_COUNTS,
      ok: 19,
      failures: 412,
      timeouts: 30,
      stalled: 2,
      localLag: 5,
      throttled: 1,
    };
    const trip = evaluateTrip(
      DEFAULT_POLICY,
      evidence({ fast: fast(0, 0, { counts, failing: 19 }), acks: connected(20) }),
    );
    expect(callsOf(counts)).toBe(431);
    expect(tripSummary(DEFAULT_POLICY, trip!)).toBe(
      '412 of 431 calls failed (95.6 %, at least 93.2 %; threshold 70.0 %) in 2 s, in 8 of 8 buckets. ' +
        '19 of 20 instances failing (10 needed). ' +
        'Of the failures 30 were timeouts and 2 still in flight. ' +
        "Left out: 5 timeouts during stalls of the callers' own event loops. " +
        '1 call got a 429, counted apart.',
    );
  });

  it('says so when it was slowness, and when a weight was bounded', () => {
    const policy = mergePolicy(DEFAULT_POLICY, { fast: { slowRate: 0.5 } });
    const slow = fast(0, 0, { counts: { ...EMPTY_COUNTS, ok: 1_000, slow: 900 }, failing: 0 });
    expect(tripSummary(policy, evaluateTrip(policy, evidence({ fast: slow }))!)).toBe(
      '900 of 1,000 calls were slow (90.0 %, at least 88.0 %; threshold 50.0 %) in 2 s, on 20 instances.',
    );
    const heavy = fast(0, 600, { heaviest: [node('a', 300, 300)] });
    expect(
      tripSummary(DEFAULT_POLICY, evaluateTrip(DEFAULT_POLICY, evidence({ fast: heavy }))!),
    ).toContain('The heaviest instances were bounded to 10.0 % of the volume each.');
  });
});
