import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADMISSION_ALL, ADMISSION_SIXTEENTH } from '../model/admission.js';
import { EMPTY_COUNTS } from '../model/counts.js';
import type { BreakerRecord, Counts, Evidence, Millis, WindowEvidence } from '../model/model.js';
import { DEFAULT_POLICY } from '../policy/policy.js';
import { decide } from './decide.js';
import { dueAt } from './timing.js';
import { initialState } from './state.js';
import { loadOf, lowered, raised, shareAccepted } from './load.js';

const policy = { ...DEFAULT_POLICY, adaptive: { k: 1.5 } };
const counts = (change: Partial<Counts>): Counts => ({ ...EMPTY_COUNTS, ...change });
const windowOf = (given: Counts, lengthMs = 2_000): WindowEvidence => ({
  lengthMs,
  counts: given,
  failingBuckets: 0,
  reporting: 20,
  failing: 0,
  heaviest: [],
});
const NOTHING = windowOf(EMPTY_COUNTS);
const evidence = (load: WindowEvidence | null): Evidence => ({
  windows: [NOTHING],
  buckets: null,
  step: null,
  probe: null,
  acks: null,
  load,
});
const closed = (): BreakerRecord => ({
  key: 'stripe',
  version: 3,
  state: initialState(0),
  control: { mode: 'auto' },
  policy,
});

describe('shareAccepted', () => {
  it('is the formula of the SRE book', () => {
    const load = { requests: 1_000, accepted: 300, made: 700, throttled: 400, slow: 0 };
    expect(shareAccepted(load, 2)).toBeCloseTo(1 - (1_000 - 600) / 1_001, 12);
    expect(shareAccepted({ ...load, accepted: 600 }, 2)).toBe(1);
    expect(shareAccepted({ ...load, requests: 0, accepted: 0 }, 2)).toBe(1);
  });
});

describe('lowered and raised', () => {
  it('counts neither 429s, failures nor slow calls as accepted', () => {
    expect(loadOf(counts({ ok: 100, slow: 30, failures: 20, throttled: 50, rejected: 7 }))).toEqual(
      {
        made: 170,
        accepted: 70,
        throttled: 50,
        slow: 30,
        requests: 177,
      },
    );
  });

  it('never goes below a sixteenth, and never does both', () => {
    const any = fc.record({
      ok: fc.nat(1e6),
      failures: fc.nat(1e6),
      throttled: fc.nat(1e6),
      slow: fc.nat(1e6),
      rejected: fc.nat(1e6),
    });
    const present = fc.integer({ min: 4, max: 64 }).map((parts) => parts * 2 ** 26);
    const ks = fc.double({ min: 1.1, max: 10, noNaN: true });
    fc.assert(
      fc.property(any, present, ks, (given, at, k) => {
        const load = loadOf(counts(given));
        const [less, more] = [lowered(at, load, k), raised(at, load, k)];
        expect(less === null || more === null).toBe(true);
        if (less !== null) {
          expect(less).toBeGreaterThanOrEqual(ADMISSION_SIXTEENTH);
          expect(less).toBeLessThan(at);
        }
        if (more !== null) expect(more).toBeLessThanOrEqual(ADMISSION_ALL);
      }),
    );
  });

  it('says nothing on few calls', () => {
    const load = loadOf(counts({ ok: 4, throttled: 15 }));
    expect(lowered(ADMISSION_ALL, load, 1.5)).toBeNull();
    expect(raised(2 ** 30, loadOf(counts({ ok: 19 })), 1.5)).toBeNull();
  });
});

describe('decide with admission that follows the load', () => {
  const overload = evidence(windowOf(counts({ ok: 200, throttled: 200 })));

  it('dims a closed breaker that accepts half of its calls, under the same version, in words', () => {
    const { transition, dueAt: due } = decide(closed(), overload, 5_000, 0);
    expect(transition).toMatchObject({
      state: { kind: 'dimmed', admission: 48 * 2 ** 26, load: { changedAt: 5_000 } },
      versionChanged: false,
      evidence: {
        cause: 'load_lowered',
        summary:
          '200 of 400 calls accepted (50.0%) in up to 2 s; 200 got a 429. Admission 100% → 75%.',
      },
    });
    expect(due).toBe(6_000);
    expect(dueAt(transition!.state, policy, 5_000)).toBe(6_000);
  });

  it.each([
    ['is off', { ...closed(), policy: DEFAULT_POLICY }],
    ['only observes', { ...closed(), control: { mode: 'observe' as const } }],
    ['is held', { ...closed(), control: { mode: 'held' as const, until: null } }],
    ['is a part of the fleet', { ...closed(), part: { kind: 'zone' as const, value: 'a' } }],
    [
      'was dimmed by a person',
      { ...closed(), state: { kind: 'dimmed' as const, since: 0, admission: 2 ** 31 } },
    ],
  ])('does nothing where it %s', (_, record) => {
    expect(decide(record, overload, 5_000, 0).transition).toBeNull();
  });

  it('brings all accounts back when it is switched off while dimmed', () => {
    const { transition } = decide(closed(), overload, 5_000, 0);
    const record = { ...closed(), state: transition!.state, policy: DEFAULT_POLICY };
    expect(decide(record, evidence(null), 5_300, 0).transition?.state.kind).toMatch(
      /^(?:ramping|closed)$/,
    );
  });

  it('comes back without calls, too, and after a clock that was set back', () => {
    const { transition } = decide(closed(), overload, 5_000, 0);
    const record = { ...closed(), state: transition!.state };
    expect(decide(record, evidence(NOTHING), 14_900, 0).transition).toBeNull();
    const raisedBy = decide(record, evidence(NOTHING), 15_000, 0).transition;
    expect(raisedBy?.evidence.summary).toContain('Only 0 calls');
    expect(decide(record, evidence(NOTHING), 1_000, 0).transition?.state).toMatchObject({
      admission: 54 * 2 ** 26,
    });
  });
});

interface Bucket {
  readonly at: Millis;
  readonly counts: Counts;
}

interface World {
  /** Calls that callers want to make, per second. */
  readonly demand: (now: Millis) => number;
  /** Calls that the dependency accepts, per second. */
  readonly capacity: (now: Millis) => number;
  /** What is above capacity is slow and takes capacity with it, instead of getting a 429. */
  readonly collapses: boolean;
}

const TICK = 250;

/** A fleet before a dependency, evaluated four times a second; the evaluation's windows as the evaluator asks for them. */
function simulate(world: World, lengthMs: number, k: number) {
  let record: BreakerRecord = { ...closed(), policy: { ...DEFAULT_POLICY, adaptive: { k } } };
  const buckets: Bucket[] = [];
  const changes: { at: Millis; from: number; to: number }[] = [];
  const served: number[] = [];
  let applied = ADMISSION_ALL;
  for (let now = 0; now < lengthMs; now += TICK) {
    const wanted = (world.demand(now) * TICK) / 1_000;
    const made = wanted * (applied / ADMISSION_ALL);
    const room = (world.capacity(now) * TICK) / 1_000;
    const over = Math.max(0, made - room);
    const good = world.collapses ? Math.max(room * 0.2, made - over * 2) : made - over;
    const accepted = Math.min(made, good);
    served.push(accepted);
    const turnedAway = made - accepted;
    buckets.push({
      at: now,
      counts: counts({
        ok: accepted + (world.collapses ? turnedAway : 0),
        slow: world.collapses ? turnedAway : 0,
        throttled: world.collapses ? 0 : turnedAway,
        rejected: wanted - made,
      }),
    });
    const { state } = record;
    // The fleet applies a change within one tick.
    applied = state.kind === 'dimmed' ? state.admission : ADMISSION_ALL;
    const from =
      state.kind === 'dimmed' ? Math.max(now - 5_000, state.load!.changedAt + 500) : now - 2_000;
    const seen = buckets.slice(-24).filter(({ at }) => at >= from);
    const total = seen.reduce(
      (sum, { counts: one }) => ({
        ...sum,
        ok: sum.ok + one.ok,
        slow: sum.slow + one.slow,
        throttled: sum.throttled + one.throttled,
        rejected: sum.rejected + one.rejected,
      }),
      EMPTY_COUNTS,
    );
    const { transition } = decide(record, evidence(windowOf(total)), now, 0);
    if (transition === null) continue;
    const admission = (one: BreakerRecord['state']) =>
      one.kind === 'dimmed' ? one.admission : ADMISSION_ALL;
    changes.push({ at: now, from: admission(state), to: admission(transition.state) });
    record = { ...record, state: transition.state };
  }
  return { record, changes, served };
}

const world = fc.record({
  demand: fc.integer({ min: 100, max: 5_000 }),
  /** Of the demand. */
  share: fc.double({ min: 0.02, max: 0.95, noNaN: true }),
  collapses: fc.boolean(),
  k: fc.constantFrom(1.2, 1.5, 2, 3),
});
const OVERLOAD = { from: 10_000, to: 190_000 };

describe('a fleet before a dependency that is overloaded for three minutes', () => {
  const run = ({
    demand,
    share,
    collapses,
    k,
  }: {
    demand: number;
    share: number;
    collapses: boolean;
    k: number;
  }) => {
    const isOn = (now: Millis) => now >= OVERLOAD.from && now < OVERLOAD.to;
    const capacity = (now: Millis) => (isOn(now) ? demand * share : demand * 1.2);
    return simulate({ demand: () => demand, capacity, collapses }, 400_000, k);
  };

  it('changes at most once a second, stays at a sixteenth or above, and recovers fully', () => {
    fc.assert(
      fc.property(world, (given) => {
        const { record, changes } = run(given);
        for (const [index, { at, to }] of changes.entries()) {
          expect(to).toBeGreaterThanOrEqual(ADMISSION_SIXTEENTH);
          if (index > 0) expect(at - changes[index - 1]!.at).toBeGreaterThanOrEqual(1_000);
        }
        expect(record.state.kind).toBe('closed');
      }),
      { numRuns: 30 },
    );
  });

  it('does not flap: in the last two minutes of the overload it turns at most ten times', () => {
    fc.assert(
      fc.property(world, (given) => {
        const steady = run(given).changes.filter(
          ({ at }) => at >= OVERLOAD.from + 60_000 && at < OVERLOAD.to,
        );
        const turns = steady.filter(({ from, to }, index) => {
          const before = steady[index - 1];
          return before !== undefined && to > from !== before.to > before.from;
        });
        expect(turns.length).toBeLessThanOrEqual(10);
      }),
      { numRuns: 30 },
    );
  });

  it('serves what the dependency can take, where without it nothing would be served in time', () => {
    const given = { demand: 1_000, share: 0.5, collapses: true, k: 1.5 };
    const { served } = run(given);
    const during = served.slice((OVERLOAD.from + 60_000) / TICK, OVERLOAD.to / TICK);
    const perSecond = during.reduce((sum, one) => sum + one, 0) / (during.length * (TICK / 1_000));
    // Without it: 20% of the capacity of 500.
    expect(perSecond).toBeGreaterThan(250);
  });

  it('leaves a dependency alone that accepts all', () => {
    const { changes } = simulate(
      { demand: () => 800, capacity: () => 900, collapses: true },
      120_000,
      1.5,
    );
    expect(changes).toEqual([]);
  });
});
