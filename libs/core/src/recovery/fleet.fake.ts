import { admissionOf, percentOf } from '../model/admission.js';
import { EMPTY_COUNTS, isFailingInstance } from '../model/counts.js';
import { decide } from './decide.js';
import { type CompiledBreaker, compileBreaker, verdictOf } from '../admission/decision.js';
import { INSTANCE_WINDOWS_MS } from '../model/trip-policy.js';
import { isSuspicious } from '../trip/trip.js';
import {
  BUCKET_MS,
  type BreakerRecord,
  type BucketCounts,
  type Evidence,
  type Policy,
  type Transition,
  type WindowEvidence,
} from '../model/model.js';
import { DEFAULT_POLICY } from '../policy/policy.js';
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
export class SimulatedFleet {
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
    // One goes first.
    const permits = this.#probe.succeeded > 0 ? 3 : 1;
    const probes = this.record.state.kind === 'probing' && this.#probe.claimed < permits;
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
    const own = this.#instances[Math.floor(this.#random() * instances)];
    if (own !== undefined) addToWindow(own, now, field, 1);
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
