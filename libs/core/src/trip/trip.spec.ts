import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_COUNTS } from '../model/counts.js';
import type { Evidence } from '../model/model.js';
import { DEFAULT_POLICY, mergePolicy } from '../policy/policy.js';
import { boundWeights } from './bounded.js';
import { evaluateTrip, isSuspicious, quorumOf, rateBefore } from './trip.js';
import {
  bucketsOf,
  connected,
  evidenceOf,
  failingFor,
  node,
  type Stretch,
  windowOf,
} from './trip.fake.js';
import { tripSummary } from '../text/trip-summary.js';

const causeOf = (evidence: Evidence, policy = DEFAULT_POLICY) =>
  evaluateTrip(policy, evidence)?.cause ?? null;

describe('an excess of failures', () => {
  it.each([
    // share failing, opens after at most (ms), and not yet after (ms)
    [1, 1_500, 1_250],
    [0.75, 2_500, 2_250],
    [0.7, 2_750, 2_500],
    [0.6, 4_000, 3_750],
    [0.5, 6_500, 6_250],
    [0.45, 9_750, 9_250],
    [0.4, 19_250, 18_750],
  ])('at a share of %d opens a breaker after %i ms, not after %i', (rate, opened, notYet) => {
    expect(causeOf(failingFor(notYet, rate))).toBeNull();
    expect(causeOf(failingFor(opened, rate))).toBe('excess_failures');
  });

  it.each([0.05, 0.2, 0.3, 0.35])('at a tolerated share of %d never opens it', (rate) => {
    expect(causeOf(failingFor(110_000, rate, { failing: 20 }))).toBeNull();
  });

  it.each<[string, Stretch[]]>([
    [
      'after healthy calls',
      [
        { ms: 10_000, rate: 0 },
        { ms: 1_000, rate: 1 },
      ],
    ],
    ['in an empty window', [{ ms: 1_000, rate: 1 }]],
    [
      'after an idle minute',
      [
        { ms: 60_000, rate: 0, perSecond: 0 },
        { ms: 1_000, rate: 1 },
      ],
    ],
    [
      'ten seconds after another one',
      [
        { ms: 1_000, rate: 1 },
        { ms: 10_000, rate: 0 },
        { ms: 1_000, rate: 1 },
      ],
    ],
    [
      'beside failures that are usual',
      [
        { ms: 10_000, rate: 0.2 },
        { ms: 1_000, rate: 1 },
      ],
    ],
  ])('does not open it for a total failure of a second %s', (_name, stretches) => {
    const windows = [windowOf(0, 200)];
    const evidence = { windows, buckets: bucketsOf(...stretches), acks: connected(20) };
    expect(causeOf(evidenceOf(evidence))).toBeNull();
  });

  it('is not known without buckets, and opens nothing', () => {
    expect(causeOf(evidenceOf({}))).toBeNull();
    expect(causeOf({ ...failingFor(5_000, 1), buckets: null })).toBeNull();
    expect(causeOf({ ...failingFor(5_000, 1), windows: [] })).toBeNull();
  });

  it.each([
    // calls per second over the fleet, ms after which all calls failing open the breaker
    [2, 6_000],
    [5, 2_500],
    [20, 1_750],
    [2_000, 1_500],
  ])('at %i calls/s needs twelve failures and enough time: %i ms', (perSecond, ms) => {
    const at = (time: number) =>
      evidenceOf({
        windows: [windowOf(0, 20)],
        buckets: bucketsOf({ ms: time, rate: 1, perSecond }),
        acks: connected(20),
      });
    expect(causeOf(at(ms))).toBe('excess_failures');
    expect(causeOf(at(ms - 250))).toBeNull();
  });

  it('is never undone by a bucket that fails as well', () => {
    const stretch = fc.record({
      ms: fc.integer({ min: 1, max: 40 }).map((buckets) => buckets * 250),
      rate: fc.double({ min: 0, max: 1, noNaN: true }),
      perSecond: fc.constantFrom(4, 40, 400),
    });
    fc.assert(
      fc.property(fc.array(stretch, { minLength: 1, maxLength: 6 }), (stretches) => {
        const at = (more: Stretch[]) =>
          causeOf(
            evidenceOf({
              windows: [windowOf(0, 400)],
              buckets: bucketsOf(...stretches, ...more),
              acks: connected(20),
            }),
          );
        if (at([]) !== null) expect(at([{ ms: 250, rate: 1, perSecond: 400 }])).not.toBeNull();
      }),
    );
  });
});

describe('an excess of slow calls', () => {
  const policy = mergePolicy(DEFAULT_POLICY, { trip: { toleratedSlowRate: 0.5 } });
  const slowFor = (ms: number, slow: number, slowInstances?: number) =>
    evidenceOf({
      windows: [
        windowOf(400, 0, { ...(slowInstances !== undefined && { slowInstances }), failing: 0 }),
      ],
      buckets: bucketsOf({ ms, rate: 0, slow }),
      acks: connected(20),
    });

  it.each<[string, Evidence, typeof policy, string | null]>([
    ['nine in ten for three seconds', slowFor(3_000, 0.9, 20), policy, 'excess_slow'],
    ['nine in ten for two seconds', slowFor(2_000, 0.9, 20), policy, null],
    ['as many as are tolerated', slowFor(60_000, 0.5, 20), policy, null],
    ['without a tolerated share', slowFor(60_000, 1, 20), DEFAULT_POLICY, null],
    ['on one instance alone', slowFor(60_000, 0.9, 1), policy, null],
    ['where hubs do not say on how many', slowFor(60_000, 0.9), policy, 'excess_slow'],
  ])('%s', (_name, evidence, rules, cause) => {
    expect(causeOf(evidence, rules)).toBe(cause);
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

  it('counts instances in the longest window that lies within the excess', () => {
    const { windows, ...rest } = failingFor(10_000, 0.5);
    const [two, eight, thirty] = windows.map((window) => ({ ...window, failing: 0 }));
    const all = [two!, { ...eight!, failing: 20 }, thirty!];
    expect(evaluateTrip(DEFAULT_POLICY, { ...rest, windows: all })?.window.lengthMs).toBe(8_000);
    expect(causeOf({ ...rest, windows: [two!, eight!, thirty!] })).toBeNull();
    const upgrading = [{ ...two!, failing: 20 }, { ...eight!, reporting: 0 }, thirty!];
    expect(causeOf({ ...rest, windows: upgrading })).toBe('excess_failures');
  });

  it('is reached by a lone instance on its own word', () => {
    const alone = failingFor(2_000, 1, { reporting: 1, failing: 1 });
    expect(causeOf({ ...alone, acks: connected(1) })).toBe('excess_failures');
    expect(causeOf({ ...alone, acks: connected(2) })).toBeNull();
  });

  it('is asked of every severity alike', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.4, max: 1, noNaN: true }), fc.nat(20), (rate, failing) => {
        expect(causeOf(failingFor(30_000, rate, { failing }))).toBe(
          failing >= 10 ? 'excess_failures' : null,
        );
      }),
    );
  });
});

describe("one instance's weight", () => {
  it('is at most 2/n: a node with 90% of the calls cannot open the breaker of twenty', () => {
    const loud = { failing: 10, heaviest: [node('bad', 1_800, 1_800)] };
    const window = windowOf(200, 1_800, loud);
    const { volume, failures, bounded } = boundWeights(window);
    expect(bounded).toBe(true);
    // 200 calls of others are 90% of the bounded volume.
    expect(volume).toBeCloseTo(200 / 0.9, 6);
    expect(failures).toBeCloseTo(20 / 0.9, 6);
    const buckets = bucketsOf({ ms: 20_000, rate: 0.9, perSecond: 1_000 });
    expect(causeOf(evidenceOf({ windows: [window], buckets, acks: connected(20) }))).toBeNull();
  });

  it('does not hide the failures of all others', () => {
    const heaviest = [node('well', 1_800, 0)];
    const windows = [2_000, 8_000].map((lengthMs) => windowOf(1_800, 200, { lengthMs, heaviest }));
    const all = windows.map((window) => ({ ...window, failing: 19 }));
    const buckets = bucketsOf({ ms: 20_000, rate: 0.1, perSecond: 1_000 });
    const evidence = evidenceOf({ windows: all, buckets, acks: connected(20) });
    expect(causeOf(evidence)).toBe('excess_failures');
  });

  it.each([1, 2])('is not bounded with %i reporting', (reporting) => {
    const window = windowOf(0, 100, { reporting, heaviest: [node('a', 99, 99), node('b', 1, 1)] });
    expect(boundWeights(window)).toEqual({ volume: 100, failures: 100, bounded: false });
  });

  it('leaves an even load as it is', () => {
    const heaviest = Array.from({ length: 20 }, (_, i) => node(`n${i}`, 20, 20));
    expect(boundWeights(windowOf(0, 400, { heaviest }))).toEqual({
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
          windowOf(calls - failures, failures, { reporting: nodes.length, heaviest }),
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

describe('isSuspicious', () => {
  it.each<[string, ReturnType<typeof windowOf> | undefined, boolean]>([
    ['nothing is known', undefined, false],
    ['all is well', windowOf(400, 0), false],
    ['one in a hundred fails', windowOf(396, 4, { failing: 0 }), false],
    ['as many fail as half of what is tolerated', windowOf(330, 70, { failing: 0 }), true],
    ['one instance fails', windowOf(380, 20, { failing: 1 }), true],
    [
      'timeouts were left out for stalls',
      windowOf(400, 0, { lag: { instances: 1, reporting: 20, failing: 0, failingBuckets: 1 } }),
      true,
    ],
  ])('when %s', (_name, window, expected) => {
    expect(isSuspicious(DEFAULT_POLICY, window)).toBe(expected);
  });

  it('looks at slow calls where they can open the breaker', () => {
    const counts = { ...EMPTY_COUNTS, ok: 400, slow: 200 };
    const slow = windowOf(0, 0, { counts, failing: 0 });
    const policy = mergePolicy(DEFAULT_POLICY, { trip: { toleratedSlowRate: 0.5 } });
    expect([isSuspicious(DEFAULT_POLICY, slow), isSuspicious(policy, slow)]).toEqual([false, true]);
  });
});

describe('rateBefore', () => {
  const before = (rate: number, perSecond = 200) => {
    const buckets = bucketsOf({ ms: 10_000, rate, perSecond }, { ms: 2_000, rate: 1 });
    return rateBefore(DEFAULT_POLICY, buckets.at(-8)!.at, buckets);
  };

  it('leaves out the bucket in which a death begins', () => {
    const dying = bucketsOf({ ms: 250, rate: 0.3 }, { ms: 2_000, rate: 1 });
    expect(rateBefore(DEFAULT_POLICY, dying[1]!.at, dying)).toBe(0);
  });

  it.each([
    ['a few failures', before(0.02), 0.02],
    ['many: at most half of what is tolerated', before(0.3), 0.175],
    ['too few calls to say', before(0.5, 1), 0],
    ['nothing known', rateBefore(DEFAULT_POLICY, 0, null), 0],
  ])('%s', (_name, rate, expected) => {
    expect(rate).toBeCloseTo(expected, 6);
  });
});

describe('the reason in words', () => {
  it('is one sentence about the excess, with its figures', () => {
    const counts = { ...EMPTY_COUNTS, timeouts: 30, stalled: 2, localLag: 5, throttled: 1 };
    const evidence = failingFor(1_500, 1, { counts, failing: 19 });
    expect(tripSummary(DEFAULT_POLICY, evaluateTrip(DEFAULT_POLICY, evidence)!)).toBe(
      '975 ms worth of calls failed beyond the tolerated 35.0% (950 ms opens it): ' +
        '300 of 300 calls failed (100.0%) in 1.5 s. 19 of 20 instances failing (10 needed). ' +
        'Of the failures 30 were timeouts and 2 still in flight. ' +
        "Left out: 5 timeouts during stalls of the callers' own event loops. " +
        '1 call got a 429, counted apart.',
    );
  });

  it('says so when it was slowness, and when a weight was bounded', () => {
    const policy = mergePolicy(DEFAULT_POLICY, { trip: { toleratedSlowRate: 0.5 } });
    const slow = evidenceOf({
      windows: [windowOf(400, 0, { slowInstances: 20, failing: 0 })],
      buckets: bucketsOf({ ms: 2_500, rate: 0, slow: 0.9 }),
    });
    expect(tripSummary(policy, evaluateTrip(policy, slow)!)).toBe(
      '1 s worth of calls were slow beyond the tolerated 50.0% (950 ms opens it): ' +
        '450 of 500 calls were slow (90.0%) in 2.5 s. 20 of 20 instances slow (10 needed).',
    );
    const heavy = failingFor(3_000, 1, { heaviest: [node('a', 300, 300)] });
    expect(tripSummary(DEFAULT_POLICY, evaluateTrip(DEFAULT_POLICY, heavy)!)).toContain(
      'The heaviest instances were bounded to 10.0% of the volume each.',
    );
  });
});
