import {
  BUCKET_MS,
  DEFAULT_POLICY,
  evaluateTrip,
  isExcessive,
  noExcess,
  type Policy,
} from '@recloser/core';
import { Distribution, type Draws, type Failures } from './draws.js';
import { Pending } from './pending.js';
import { ToldFleet } from './told-fleet.js';

/**
 * Counts of an instance travel within this time when a tenth of them failed, and else about every second; for a while after
 * a failure once in a bucket. That is how an SDK sends them. Where the fleet may be failing, a hub asks for the rest.
 */
const URGENT_MS = 50;
const FLUSH_MS = 1_000;
const ALERT_MS = 2_000;
/** A worker looks again this soon while something fails. */
const LOOK_MS = 100;
/** Buckets that late counts may still come to. */
const OPEN_BUCKETS = Math.ceil((2 * FLUSH_MS) / BUCKET_MS);
/** The last second tells a hub whether the fleet may be failing. */
const SECOND_BUCKETS = 1_000 / BUCKET_MS;
/** Where an instance makes about a call a tick, its calls are drawn at once instead of one by one. */
const MANY_CALLS = 0.7;

export interface RateFleetOptions {
  readonly instances: number;
  /** Of the whole fleet. */
  readonly callsPerSecond: number;
  readonly random: Draws;
  readonly policy?: Policy;
}

/**
 * A fleet whose calls fail by chance, and the rule that opens its breaker: nothing but the core, on counts that come as late
 * as they do. An hour takes 5 to 200 ms, so that false openings can be counted over thousands of hours.
 */
export class RateFleet {
  /** In ms since the beginning. */
  now = 0;
  readonly #policy: Policy;
  readonly #random: Draws;
  readonly #instances: number;
  readonly #told: ToldFleet;
  readonly #pending: Pending;
  readonly #flushAt: Float64Array;
  readonly #flushedAt: Float64Array;
  readonly #alertUntil: Float64Array;
  readonly #askedAt: Float64Array;
  readonly #due: number[][] = Array.from({ length: (2 * FLUSH_MS) / URGENT_MS }, () => []);
  /** Calls in a tick: of each instance, or of all where an instance makes few. */
  readonly #calls: Distribution;
  readonly #oneByOne: boolean;
  readonly #tickCalls: Int32Array;
  readonly #tickFailures: Int32Array;
  /** Instances that will send their counts. */
  #planned = 0;
  #failedAt = Number.NEGATIVE_INFINITY;
  /** The excess of all buckets before this one. */
  #settled = noExcess();
  #settledUntil = 0;

  constructor({ instances, callsPerSecond, random, policy = DEFAULT_POLICY }: RateFleetOptions) {
    this.#policy = policy;
    this.#random = random;
    this.#instances = instances;
    this.#told = new ToldFleet(instances, policy.trip.toleratedRate);
    this.#pending = new Pending(instances);
    this.#flushAt = new Float64Array(instances).fill(Infinity);
    this.#flushedAt = new Float64Array(instances).fill(-Infinity);
    this.#alertUntil = new Float64Array(instances).fill(-Infinity);
    this.#askedAt = new Float64Array(instances).fill(-Infinity);
    this.#tickCalls = new Int32Array(instances);
    this.#tickFailures = new Int32Array(instances);
    const inTick = (callsPerSecond * URGENT_MS) / 1_000;
    this.#oneByOne = inTick < MANY_CALLS * instances;
    this.#calls = Distribution.poisson(this.#oneByOne ? inTick : inTick / instances);
  }

  /**
   * Goes on for `ms` with calls that fail as given; null: nobody calls. Returns when the breaker opened, in ms; null: it did
   * not, and all of the time has passed.
   */
  run(ms: number, failures: Failures | null): number | null {
    const until = this.now + ms;
    while (this.now < until) {
      if (failures !== null) this.#call(failures);
      else if (this.#isAtRest()) {
        this.now = until;
        return null;
      }
      this.now += URGENT_MS;
      this.#flush();
      if (this.now % LOOK_MS === 0 && this.#opens()) return this.now;
    }
    return null;
  }

  /** Nothing is known any more: the breaker was closed a moment ago, or its counts are lost. */
  forget(): void {
    this.#told.forget();
    this.#pending.clear();
    this.#failedAt = Number.NEGATIVE_INFINITY;
    this.#settled = noExcess();
  }

  /** Nothing is on its way, and nothing failed of late: without a call nothing will open any more. */
  #isAtRest(): boolean {
    return this.#planned === 0 && this.#failedAt < this.now - 2 * FLUSH_MS;
  }

  #call(failures: Failures): void {
    const bucket = Math.floor(this.now / BUCKET_MS);
    if (this.#oneByOne) {
      this.#callOneByOne(bucket, failures);
      return;
    }
    for (let instance = 0; instance < this.#instances; instance += 1) {
      const calls = this.#calls.draw(this.#random);
      if (calls > 0) this.#made(instance, bucket, calls, failures.of(calls, this.#random));
    }
  }

  /** Each call is made by any of the instances; which of them fail is drawn first, as all orders are equally likely. */
  #callOneByOne(bucket: number, failures: Failures): void {
    const random = this.#random;
    const calls = this.#calls.draw(random);
    if (calls === 0) return;
    const failed = failures.of(calls, random);
    if (calls === 1) {
      this.#made(random.below(this.#instances), bucket, 1, failed);
      return;
    }
    const [own, ownFailed] = [this.#tickCalls, this.#tickFailures];
    for (let call = 0; call < calls; call += 1) {
      const instance = random.below(this.#instances);
      own[instance] = (own[instance] ?? 0) + 1;
      if (call < failed) ownFailed[instance] = (ownFailed[instance] ?? 0) + 1;
    }
    for (let instance = 0; instance < this.#instances; instance += 1) {
      const made = own[instance] ?? 0;
      if (made === 0) continue;
      this.#made(instance, bucket, made, ownFailed[instance] ?? 0);
      own[instance] = 0;
      ownFailed[instance] = 0;
    }
  }

  #made(instance: number, bucket: number, calls: number, failures: number): void {
    if (failures > 0) this.#failedAt = this.now;
    if (this.#pending.add(instance, bucket, calls, failures, this.#random)) this.#hurry(instance);
    else this.#plan(instance);
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
    const jitter = this.#random.between(0.8, 1.2);
    this.#flushBy(instance, this.now + (isAlert ? BUCKET_MS : FLUSH_MS) * jitter);
  }

  #flushBy(instance: number, at: number): void {
    if (this.#flushAt[instance] === Infinity) this.#planned += 1;
    this.#flushAt[instance] = at;
    const slot = Math.ceil(at / URGENT_MS) % this.#due.length;
    this.#due[slot]?.push(instance);
  }

  #flush(): void {
    const due = this.#due[(this.now / URGENT_MS) % this.#due.length];
    if (due === undefined || due.length === 0) return;
    const last = Math.floor(this.now / BUCKET_MS);
    let failures = 0;
    for (const instance of due) {
      // It may have sent everything since it was put here.
      if ((this.#flushAt[instance] ?? Infinity) > this.now) continue;
      this.#flushAt[instance] = Infinity;
      this.#planned -= 1;
      this.#flushedAt[instance] = this.now;
      failures += this.#pending.take(instance, last, this.#told);
    }
    due.length = 0;
    if (failures > 0 && this.#told.mayFail(last, SECOND_BUCKETS)) this.#askWitnesses();
  }

  /** Those that were not asked, and have told nothing, within a bucket. */
  #askWitnesses(): void {
    const at = this.now + URGENT_MS;
    for (let instance = 0; instance < this.#instances; instance += 1) {
      const reportedAt = Math.max(this.#flushedAt[instance] ?? 0, this.#askedAt[instance] ?? 0);
      if (this.now - reportedAt < BUCKET_MS) continue;
      this.#askedAt[instance] = this.now;
      if (this.#pending.isEmpty(instance) || (this.#flushAt[instance] ?? Infinity) <= at) continue;
      this.#alertUntil[instance] = at + BUCKET_MS;
      this.#flushBy(instance, at);
    }
  }

  #opens(): boolean {
    const last = Math.floor(this.now / BUCKET_MS);
    for (; this.#settledUntil < last - OPEN_BUCKETS; this.#settledUntil += 1) {
      this.#told.addTo(this.#settled, this.#settledUntil, this.now);
    }
    // Without a failure of late there is no excess that grows.
    if (this.#failedAt < this.now - 2 * FLUSH_MS) return false;
    const excess = { ...this.#settled };
    for (let bucket = this.#settledUntil; bucket <= last; bucket += 1) {
      this.#told.addTo(excess, bucket, this.now);
    }
    // At least what the buckets show: it reaches back further than they do.
    if (!isExcessive(this.#policy, excess, this.#policy.trip.toleratedRate)) return false;
    const buckets = this.#told.buckets(this.now);
    return evaluateTrip(this.#policy, this.#told.evidence(this.now, buckets)) !== null;
  }
}
