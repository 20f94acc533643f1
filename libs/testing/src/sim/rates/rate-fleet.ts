import {
  addSpan,
  BUCKET_MS,
  DEFAULT_POLICY,
  evaluateTrip,
  type Excess,
  isExcessive,
  noExcess,
  type Policy,
} from '@recloser/core';
import type { Random } from '../random.js';
import { ToldFleet } from './told-fleet.js';

/**
 * Counts of an instance travel within this time when a tenth of them failed, and else about every second; for a while after
 * a failure once in a bucket. That is how an SDK sends them. Where the fleet may be failing, a hub asks for the rest.
 */
const URGENT_MS = 50;
const FLUSH_MS = 1_000;
const ALERT_MS = 2_000;
const FAILING_SHARE = 0.1;
/** A worker looks again this soon while something fails. */
const LOOK_MS = 100;
/** Buckets that late counts may still come to. */
const OPEN_BUCKETS = Math.ceil((2 * FLUSH_MS) / BUCKET_MS);

interface Pending {
  bucket: number;
  calls: number;
  failures: number;
}

export interface RateFleetOptions {
  readonly instances: number;
  /** Of the whole fleet. */
  readonly callsPerSecond: number;
  readonly random: Random;
  readonly policy?: Policy;
}

/**
 * A fleet whose calls fail by chance, and the rule that opens its breaker: nothing but the core, on counts that come as late
 * as they do. It runs ten thousand times as fast as time, so that false openings can be counted over a thousand hours.
 */
export class RateFleet {
  /** In ms since the beginning. */
  now = 0;
  readonly #policy: Policy;
  readonly #told: ToldFleet;
  readonly #pending: Pending[][];
  readonly #flushAt: Float64Array;
  readonly #flushedAt: Float64Array;
  readonly #alertUntil: Float64Array;
  readonly #askedAt: Float64Array;
  readonly #due: number[][] = Array.from({ length: (2 * FLUSH_MS) / URGENT_MS }, () => []);
  #failedAt = Number.NEGATIVE_INFINITY;
  /** The excess of all buckets before this one. */
  #settled = noExcess();
  #settledUntil = 0;

  constructor(private readonly options: RateFleetOptions) {
    const { instances, policy = DEFAULT_POLICY } = options;
    this.#policy = policy;
    this.#told = new ToldFleet(instances, policy.trip.toleratedRate);
    this.#pending = Array.from({ length: instances }, () => []);
    this.#flushAt = new Float64Array(instances).fill(Infinity);
    this.#flushedAt = new Float64Array(instances).fill(-Infinity);
    this.#alertUntil = new Float64Array(instances).fill(-Infinity);
    this.#askedAt = new Float64Array(instances).fill(-Infinity);
  }

  /**
   * Goes on for `ms`; `shareAt` says which share of the calls fails at a time, null that nobody calls. Returns when the
   * breaker opened, in ms; null: it did not, and all of the time has passed.
   */
  run(ms: number, shareAt: (at: number) => number | null): number | null {
    const until = this.now + ms;
    while (this.now < until) {
      const share = shareAt(this.now);
      if (share !== null) this.#calls(share);
      this.now += URGENT_MS;
      this.#flush();
      if (this.now % LOOK_MS === 0 && this.#opens()) return this.now;
    }
    return null;
  }

  /** Nothing is known any more: the breaker was closed a moment ago, or its counts are lost. */
  forget(): void {
    this.#told.forget();
    for (const pending of this.#pending) pending.length = 0;
    this.#failedAt = Number.NEGATIVE_INFINITY;
    this.#settled = noExcess();
  }

  #calls(share: number): void {
    const { random, callsPerSecond, instances } = this.options;
    const bucket = Math.floor(this.now / BUCKET_MS);
    for (let left = poisson((callsPerSecond * URGENT_MS) / 1_000, random); left > 0; left -= 1) {
      const instance = random.below(instances);
      const fails = random.next() < share;
      if (fails) this.#failedAt = this.now;
      const own = this.#pending[instance];
      if (own === undefined) continue;
      let last = own.at(-1);
      if (last?.bucket !== bucket) {
        last = { bucket, calls: 0, failures: 0 };
        own.push(last);
      }
      last.calls += 1;
      if (fails) last.failures += 1;
      if (fails && isFailing(own)) this.#hurry(instance);
      else this.#plan(instance);
    }
  }

  /** As soon as may be; and for a while after that good calls are told sooner, too. */
  #hurry(instance: number): void {
    const at = Math.max(this.now, this.#flushedAt[instance] ?? 0) + URGENT_MS;
    if ((this.#flushAt[instance] ?? Infinity) <= at) return;
    this.#alertUntil[instance] = at + ALERT_MS;
    this.#flushBy(instance, at);
  }

  #plan(instance: number): void {
    if (this.#flushAt[instance] !== Infinity) return;
    const isAlert = this.now < (this.#alertUntil[instance] ?? 0);
    const jitter = this.options.random.between(0.8, 1.2);
    this.#flushBy(instance, this.now + (isAlert ? BUCKET_MS : FLUSH_MS) * jitter);
  }

  #flushBy(instance: number, at: number): void {
    this.#flushAt[instance] = at;
    const slot = Math.ceil(at / URGENT_MS) % this.#due.length;
    this.#due[slot]?.push(instance);
  }

  #flush(): void {
    let failures = 0;
    const due = this.#due[(this.now / URGENT_MS) % this.#due.length] ?? [];
    for (const instance of due.splice(0)) {
      // It may have sent everything since it was put here.
      if ((this.#flushAt[instance] ?? Infinity) > this.now) continue;
      this.#flushAt[instance] = Infinity;
      this.#flushedAt[instance] = this.now;
      for (const told of this.#pending[instance]?.splice(0) ?? []) {
        this.#told.add(instance, told.bucket, told.calls, told.failures);
        failures += told.failures;
      }
    }
    if (failures > 0 && this.#mayFail()) this.#askWitnesses();
  }

  /** By what was told of the last second. */
  #mayFail(): boolean {
    const last = Math.floor(this.now / BUCKET_MS);
    let [calls, bad] = [0, 0];
    for (let bucket = last - 3; bucket <= last; bucket += 1) {
      const span = this.#told.span(bucket, this.now);
      calls += span.calls;
      bad += span.bad;
    }
    return bad * 2 >= calls * this.#policy.trip.toleratedRate;
  }

  /** Those that were not asked, and have told nothing, within a bucket. */
  #askWitnesses(): void {
    for (const [instance, pending] of this.#pending.entries()) {
      const reportedAt = Math.max(this.#flushedAt[instance] ?? 0, this.#askedAt[instance] ?? 0);
      if (this.now - reportedAt < BUCKET_MS) continue;
      this.#askedAt[instance] = this.now;
      const at = this.now + URGENT_MS;
      if (pending.length === 0 || (this.#flushAt[instance] ?? Infinity) <= at) continue;
      this.#alertUntil[instance] = at + BUCKET_MS;
      this.#flushBy(instance, at);
    }
  }

  #opens(): boolean {
    const excess = this.#excess();
    // Without a failure of late there is no excess that grows.
    if (this.#failedAt < this.now - 2 * FLUSH_MS) return false;
    const { toleratedRate } = this.#policy.trip;
    if (!isExcessive(this.#policy, excess, toleratedRate)) return false;
    const buckets = this.#told.buckets(this.now);
    return evaluateTrip(this.#policy, this.#told.evidence(this.now, buckets)) !== null;
  }

  /** At least what the buckets show: it reaches back further than they do. */
  #excess(): Excess {
    const { toleratedRate } = this.#policy.trip;
    const last = Math.floor(this.now / BUCKET_MS);
    for (; this.#settledUntil < last - OPEN_BUCKETS; this.#settledUntil += 1) {
      addSpan(this.#settled, this.#told.span(this.#settledUntil, this.now), toleratedRate);
    }
    const excess = { ...this.#settled };
    for (let bucket = this.#settledUntil; bucket <= last; bucket += 1) {
      addSpan(excess, this.#told.span(bucket, this.now), toleratedRate);
    }
    return excess;
  }
}

function isFailing(pending: readonly Pending[]): boolean {
  const calls = pending.reduce((sum, own) => sum + own.calls, 0);
  const failures = pending.reduce((sum, own) => sum + own.failures, 0);
  return failures >= calls * FAILING_SHARE;
}

/** How many calls there are where `mean` are expected: by Knuth's product for few, by the normal approximation for many. */
function poisson(mean: number, random: Random): number {
  if (mean > 50) {
    const normal =
      Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
  }
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.next(); product > limit; product *= random.next()) count += 1;
  return count;
}
