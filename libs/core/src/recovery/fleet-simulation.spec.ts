import { describe, expect, it } from 'vitest';
import { ADMISSION_ALL, admissionOf, percentOf } from '../admission/admission.js';
import { cohortBucket } from '../admission/cohort.js';
import { EMPTY_COUNTS, isFailingInstance } from '../counts.js';
import { decide } from './decide.js';
import { type CompiledBreaker, compileBreaker, verdictOf } from '../admission/decision.js';
import { INSTANCE_WINDOWS_MS } from '../policy/trip-policy.js';
import { detectionMs } from '../trip/detection.js';
import { isSuspicious } from '../trip/trip.js';
import {
  BUCKET_MS,
  type BreakerRecord,
  type BucketCounts,
  type Evidence,
  type Policy,
  type Transition,
  type WindowEvidence,
} from '../model.js';
import { DEFAULT_POLICY, mergePolicy } from '../policy/policy.js';
import { initialState } from './state.js';
import {
  addToWindow,
  countBuckets,
  createWindow,
  firstBucketStart,
  type SlidingWindow,
  sumWindow,
} from '../trip/window.js';

const OK = 0;
const FAILED = 1;
const SLOW_MS = 30_000;
const TICK_MS = 5;
const EVALUATE_MS = 50;
/** From commit to the last instance, and from the last instance's acknowledgement to the evaluator. */
const PUSH_MS = 50;
/** The dependency answers as quickly after the outage as before it. */
const LATENCY = { samples: 50, p50: 12, p95: 30, p99: 60, max: 90 };
const START = 1_760_000_000_000;

interface Options {
  readonly instances: number;
  readonly callsPerSecond: number;
  readonly diesAtMs: number;
  readonly revivesAtMs: number;
  readonly endsAtMs: number;
  readonly seed: number;
  readonly policy?: Policy;
}
interface Event {
  readonly atMs: number;
  readonly transition: Transition;
}

/** A whole fleet in one loop: calls arrive at random, outcomes are counted under their version, and decide() decides. */
class Fleet {
  readonly events: Event[] = [];
  /** Accounts by the percentage at which they were let in. */
  readonly admitted = new Map<number, Set<string>>();
  wasted = 0;
  record: BreakerRecord;
  #view: CompiledBreaker;
  #fleet = createWindow(SLOW_MS, 2);
  readonly #fleetBuckets = new Map<number, { calls: number; failures: number }>();
  #instances: SlidingWindow[] = [];
  #step = { ok: 0, failures: 0 };
  #changedAt = START;
  #probe = { round: 1, claimed: 0, succeeded: 0, failed: 0 };
  readonly #random: () => number;

  constructor(readonly options: Options) {
    this.#random = xorshift(options.seed);
    this.record = {
      key: 'stripe',
      version: 1,
      state: initialState(START),
      control: { mode: 'auto' },
      policy: options.policy ?? DEFAULT_POLICY,
    };
    this.#view = this.#compile();
    this.#forget();
  }

  /** Until its end, or until a state of a kind is reached. */
  run(until?: string): this {
    const { endsAtMs, callsPerSecond } = this.options;
    for (let ms = 0; ms < endsAtMs && this.record.state.kind !== until; ms += TICK_MS) {
      const calls = poisson((callsPerSecond * TICK_MS) / 1_000, this.#random);
      for (let n = 0; n < calls; n += 1) this.#call(ms);
      if (ms % EVALUATE_MS === 0) this.#evaluate(ms);
    }
    return this;
  }

  at(kind: string): number | undefined {
    return this.events.find(({ transition }) => transition.state.kind === kind)?.atMs;
  }

  #call(ms: number): void {
    const { diesAtMs, revivesAtMs, instances } = this.options;
    const accountId = `acct_${Math.floor(this.#random() * 400)}`;
    const works = ms < diesAtMs || ms >= revivesAtMs;
    const probes = this.record.state.kind === 'probing' && this.#probe.claimed < 3;
    if (probes) {
      this.#probe.claimed += 1;
      this.#probe[works ? 'succeeded' : 'failed'] += 1;
      return;
    }
    if (verdictOf(this.#view, { accountId }) === 0) return;
    const percent = percentOf(admissionOf(this.record.state, this.record.control));
    this.admitted.set(percent, (this.admitted.get(percent) ?? new Set()).add(accountId));
    if (!works) this.wasted += 1;
    const field = works ? OK : FAILED;
    const now = START + ms;
    addToWindow(this.#fleet, now, field, 1);
    addToWindow(this.#instances[Math.floor(this.#random() * instances)]!, now, field, 1);
    this.#step[works ? 'ok' : 'failures'] += 1;
    const index = Math.floor(now / BUCKET_MS);
    const bucket = this.#fleetBuckets.get(index) ?? { calls: 0, failures: 0 };
    bucket.calls += 1;
    if (!works) bucket.failures += 1;
    this.#fleetBuckets.set(index, bucket);
  }

  #evaluate(ms: number): void {
    const now = START + ms;
    const { transition } = decide(this.record, this.#evidence(now), now, 0);
    if (transition === null) return;
    this.events.push({ atMs: ms, transition });
    this.record = {
      ...this.record,
      state: transition.state,
      control: transition.control,
      version: this.record.version + (transition.versionChanged ? 1 : 0),
    };
    if (transition.versionChanged) this.#forget();
    this.#step = { ok: 0, failures: 0 };
    this.#changedAt = now;
    this.#view = this.#compile();
  }

  #evidence(now: number): Evidence {
    const { state } = this.record;
    const { instances } = this.options;
    const applied = now >= this.#changedAt + PUSH_MS ? instances : 0;
    // As in the product, nothing is counted where nothing is admitted.
    const counted = state.kind === 'closed' || state.kind === 'ramping';
    const windows = counted ? INSTANCE_WINDOWS_MS.map((ms) => this.#window(now, ms)) : [];
    const dwells = state.kind === 'ramping' && state.dwellStartedAt !== null;
    const [latest] = windows;
    return {
      windows,
      buckets: isSuspicious(this.record.policy, latest) ? this.#buckets(now) : null,
      step:
        dwells && latest !== undefined
          ? { ...latest, counts: { ...EMPTY_COUNTS, ...this.#step } }
          : null,
      probe: { ...this.#probe, slowestMs: LATENCY.p50 },
      acks: { connected: instances, applied, behind: [] },
      latency: LATENCY,
    };
  }

  #buckets(now: number): BucketCounts[] {
    const buckets: BucketCounts[] = [];
    const first = Math.floor(now / BUCKET_MS) - SLOW_MS / BUCKET_MS + 1;
    for (let index = first; index * BUCKET_MS <= now; index += 1) {
      const at = index * BUCKET_MS;
      const failures = this.#fleetBuckets.get(index)?.failures ?? 0;
      const calls = this.#fleetBuckets.get(index)?.calls ?? 0;
      if (calls === 0) continue;
      const ms = Math.min(BUCKET_MS, now - at);
      buckets.push({ at, ms, calls, failures, slow: 0, localLag: 0 });
    }
    return buckets;
  }

  #window(now: number, lengthMs: number): WindowEvidence {
    const nodes = this.#instances.map((window) => {
      const failures = sumWindow(window, now, lengthMs, FAILED);
      return { calls: failures + sumWindow(window, now, lengthMs, OK), failures };
    });
    return {
      lengthMs,
      counts: {
        ...EMPTY_COUNTS,
        ok: sumWindow(this.#fleet, now, lengthMs, OK),
        failures: sumWindow(this.#fleet, now, lengthMs, FAILED),
      },
      failingBuckets: countBuckets(this.#fleet, now, lengthMs, FAILED),
      reporting: nodes.filter(({ calls }) => calls > 0).length,
      failing: nodes.filter(({ calls, failures }) => isFailingInstance(calls, failures, 0.35))
        .length,
      heaviest: nodes.map((node, i) => ({
        ...node,
        instanceId: `n${i}`,
        service: 's',
        zone: null,
      })),
      firstFailureAt: firstBucketStart(this.#fleet, now, lengthMs, FAILED),
    };
  }

  #forget(): void {
    this.#fleetBuckets.clear();
    this.#fleet = createWindow(SLOW_MS, 2);
    this.#instances = Array.from({ length: this.options.instances }, () =>
      createWindow(SLOW_MS, 2),
    );
    this.#probe = { round: 1, claimed: 0, succeeded: 0, failed: 0 };
  }

  #compile(): CompiledBreaker {
    const { key, version, state, control } = this.record;
    return compileBreaker({
      key,
      version,
      state: state.kind,
      mode: control.mode,
      admission: admissionOf(state, control),
      salt: 'salt',
      cohortKey: 'accountId',
      rules: [],
      call: { timeoutMs: null, stallMs: null, slowMs: null },
      retryAfterMs: null,
    });
  }
}

describe('a fleet of 20 whose dependency is dead for four seconds', () => {
  const fleet = new Fleet({
    instances: 20,
    callsPerSecond: 200,
    diesAtMs: 10_000,
    revivesAtMs: 14_000,
    endsAtMs: 60_000,
    seed: 1,
  }).run();
  const story = fleet.events.map(({ transition }) => transition.evidence.cause);

  it('goes through the whole story, once, and begins high since the dependency is warm', () => {
    const step = ['dwell_started', 'step_passed'];
    const round = ['cool_down_ended', 'probe_failed'];
    const back = ['cool_down_ended', 'probe_passed', ...step, ...step];
    expect(story).toEqual(['excess_failures', ...round, ...round, ...back]);
    const steps = fleet.events
      .filter(({ transition }) => transition.versionChanged)
      .map(({ transition }) => percentOf(admissionOf(transition.state, transition.control)));
    expect(steps).toEqual([0, 0, 0, 0, 0, 0, 25, 50, 100]);
  });

  // The example in docs/how-it-decides.md.
  it('takes the time that the documentation says', () => {
    const changes = fleet.events.filter(({ transition }) => transition.versionChanged);
    expect(changes.map(({ atMs }) => atMs - 10_000)).toEqual([
      1_500, 2_500, 2_550, 3_550, 3_600, 4_600, 4_650, 5_200, 5_750,
    ]);
    expect(changes[0]!.transition.evidence.summary).toContain(
      'worth of calls failed beyond the tolerated 35.0 % (950 ms opens it):',
    );
    expect(fleet.wasted).toBe(306);
  });

  it('blocks within two seconds, and is back within three and a half of the revival', () => {
    expect(fleet.at('open')! - 10_000).toBeLessThan(1_700);
    expect(fleet.events.at(-1)!.atMs - 14_000).toBeLessThan(3_500);
    expect(fleet.record.state).toMatchObject({ kind: 'closed', relapses: 0 });
  });

  it('lets the same accounts in at every step, and more at each', () => {
    const policy = mergePolicy(DEFAULT_POLICY, { recovery: { coldSensitive: true } });
    const cold = new Fleet({ ...fleet.options, policy }).run();
    const sets = [6.25, 12.5, 25, 50].map((percent) => cold.admitted.get(percent)!);
    for (const [i, accounts] of sets.entries()) {
      const admission = [2 ** 28, 2 ** 29, 2 ** 30, 2 ** 31][i]!;
      for (const accountId of accounts)
        expect(cohortBucket('salt', accountId)).toBeLessThan(admission);
    }
    const everyone = Array.from({ length: 400 }, (_, i) => `acct_${i}`);
    const expected = everyone.filter((accountId) => cohortBucket('salt', accountId) < 2 ** 31);
    expect(sets[3]!.size).toBeGreaterThan(expected.length / 4);
    expect(sets[0]!.size).toBeLessThan(sets[3]!.size);
    expect(cold.admitted.get(percentOf(ADMISSION_ALL))!.size).toBe(400);
  });
});

describe('a dependency that stays dead', () => {
  it('is probed every one to three seconds, with three calls each time', () => {
    const fleet = new Fleet({
      instances: 20,
      callsPerSecond: 200,
      diesAtMs: 10_000,
      revivesAtMs: Number.POSITIVE_INFINITY,
      endsAtMs: 150_000,
      seed: 2,
    }).run();
    const opened = fleet.events.filter(({ transition }) => transition.state.kind === 'open');
    const gaps = opened.slice(1).map(({ atMs }, i) => Math.round((atMs - opened[i]!.atMs) / 1_000));
    expect(gaps.slice(0, 12)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    expect(gaps.at(-1)).toBe(3);
    expect(fleet.events.every(({ transition }) => transition.state.kind !== 'ramping')).toBe(true);
  });
});

describe('what a dead dependency costs', () => {
  it.each([
    [5, 200],
    [20, 200],
    [50, 200],
    [20, 100],
  ])(
    'with %i instances at %i calls/s is what the formula says, whatever the number of instances',
    (instances, callsPerSecond) => {
      const predicted = detectionMs(DEFAULT_POLICY, 1, callsPerSecond)!;
      const times = Array.from({ length: 10 }, (_, i) => {
        const diesAtMs = 2_500 + i * 25;
        const fleet = new Fleet({
          instances,
          callsPerSecond,
          diesAtMs,
          revivesAtMs: 9e9,
          endsAtMs: 6_000,
          seed: i + 10,
        });
        return { ms: fleet.run('open').at('open')! - diesAtMs, wasted: fleet.wasted };
      });
      const mean = times.reduce((sum, { ms }) => sum + ms, 0) / times.length;
      expect(mean).toBeGreaterThan(predicted - BUCKET_MS);
      expect(mean).toBeLessThan(predicted + 120);
      expect(Math.max(...times.map(({ ms }) => ms))).toBeLessThan(1_800);
      const wasted = times.reduce((sum, run) => sum + run.wasted, 0) / times.length;
      expect(wasted).toBeLessThan((callsPerSecond * (predicted + 120)) / 1_000);
    },
  );
});

function xorshift(seed: number): () => number {
  let x = (seed * 2_654_435_761) | 0 || 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 2 ** 32;
  };
}

/** Knuth's: multiplies uniforms until they fall below e^−mean. */
function poisson(mean: number, random: () => number): number {
  const floor = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > floor; product *= random()) count += 1;
  return count;
}
