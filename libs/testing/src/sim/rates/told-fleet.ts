import {
  addSpan,
  BUCKET_MS,
  type BucketCounts,
  EMPTY_COUNTS,
  type Evidence,
  type Excess,
  EXCESS_REACH_MS,
  INSTANCE_WINDOWS_MS,
  isFailingInstance,
  type WindowEvidence,
} from '@recloser/core';

const BUCKETS = EXCESS_REACH_MS / BUCKET_MS;
const LONGEST = Math.max(...INSTANCE_WINDOWS_MS) / BUCKET_MS;
/** Instances that a census names, by calls. */
const HEAVIEST = 32;

/** Calls and failures by bucket, over a trailing time. */
class Ring {
  readonly calls: Uint32Array;
  readonly failures: Uint32Array;
  readonly #index: Float64Array;

  constructor(private readonly length: number) {
    this.calls = new Uint32Array(length);
    this.failures = new Uint32Array(length);
    this.#index = new Float64Array(length).fill(-1);
  }

  add(bucket: number, calls: number, failures: number): void {
    const place = bucket % this.length;
    if (this.#index[place] !== bucket) {
      this.#index[place] = bucket;
      this.calls[place] = 0;
      this.failures[place] = 0;
    }
    this.calls[place] = (this.calls[place] ?? 0) + calls;
    this.failures[place] = (this.failures[place] ?? 0) + failures;
  }

  callsAt(bucket: number): number {
    return this.#holds(bucket) ? (this.calls[bucket % this.length] ?? 0) : 0;
  }

  failuresAt(bucket: number): number {
    return this.#holds(bucket) ? (this.failures[bucket % this.length] ?? 0) : 0;
  }

  #holds(bucket: number): boolean {
    return bucket >= 0 && this.#index[bucket % this.length] === bucket;
  }

  clear(): void {
    this.#index.fill(-1);
  }
}

/** What a control plane has been told of the calls of one fleet, in the form in which decisions read it. */
export class ToldFleet {
  readonly #fleet = new Ring(BUCKETS);
  readonly #instances: readonly Ring[];

  constructor(
    private readonly size: number,
    private readonly tolerated: number,
  ) {
    this.#instances = Array.from({ length: size }, () => new Ring(LONGEST));
  }

  add(instance: number, bucket: number, calls: number, failures: number): void {
    this.#fleet.add(bucket, calls, failures);
    this.#instances[instance]?.add(bucket, calls, failures);
  }

  forget(): void {
    this.#fleet.clear();
    for (const own of this.#instances) own.clear();
  }

  /** Whether so many of the last buckets' calls failed that the whole fleet may be failing. */
  mayFail(last: number, buckets: number): boolean {
    let [calls, bad] = [0, 0];
    for (let bucket = last - buckets + 1; bucket <= last; bucket += 1) {
      calls += this.#fleet.callsAt(bucket);
      bad += this.#fleet.failuresAt(bucket);
    }
    return bad * 2 >= calls * this.tolerated;
  }

  /** Adds the calls of one bucket of the whole fleet to an excess, as far as it has passed by `now`, in ms. */
  addTo(excess: Excess, bucket: number, now: number): void {
    const calls = this.#fleet.callsAt(bucket);
    if (calls === 0) return;
    const at = bucket * BUCKET_MS;
    const bad = this.#fleet.failuresAt(bucket);
    addSpan(excess, { at, ms: Math.min(BUCKET_MS, now - at), calls, bad }, this.tolerated);
  }

  /** The fleet's buckets with calls from the first failure on, oldest first. `now` is in ms. */
  buckets(now: number): BucketCounts[] {
    const last = Math.floor(now / BUCKET_MS);
    const found: BucketCounts[] = [];
    for (let bucket = last - BUCKETS + 1; bucket <= last; bucket += 1) {
      const calls = this.#fleet.callsAt(bucket);
      const failures = this.#fleet.failuresAt(bucket);
      if (calls === 0 || (failures === 0 && found.length === 0)) continue;
      const at = bucket * BUCKET_MS;
      const ms = Math.min(BUCKET_MS, now - at);
      found.push({ at, ms, calls, failures, slow: 0, localLag: 0 });
    }
    return found;
  }

  evidence(now: number, buckets: readonly BucketCounts[]): Evidence {
    const windows = INSTANCE_WINDOWS_MS.map((lengthMs) => this.#window(now, lengthMs));
    const acks = { connected: this.size, applied: this.size, behind: [] };
    return { windows, buckets, step: null, probe: null, acks };
  }

  #window(now: number, lengthMs: number): WindowEvidence {
    const last = Math.floor(now / BUCKET_MS);
    const first = last - lengthMs / BUCKET_MS + 1;
    const heaviest = this.#instances.flatMap((own, index) => {
      let calls = 0;
      let failures = 0;
      for (let bucket = first; bucket <= last; bucket += 1) {
        calls += own.callsAt(bucket);
        failures += own.failuresAt(bucket);
      }
      const instanceId = `instance-${index + 1}`;
      return calls === 0 ? [] : [{ instanceId, service: 'checkout', zone: null, calls, failures }];
    });
    const sum = (pick: (one: { calls: number; failures: number }) => number): number =>
      heaviest.reduce((total, one) => total + pick(one), 0);
    const failures = sum((one) => one.failures);
    return {
      lengthMs,
      counts: { ...EMPTY_COUNTS, ok: sum((one) => one.calls) - failures, failures },
      failingBuckets: 0,
      reporting: heaviest.length,
      failing: heaviest.filter((one) => isFailingInstance(one.calls, one.failures, this.tolerated))
        .length,
      heaviest: heaviest.sort((a, b) => b.calls - a.calls).slice(0, HEAVIEST),
    };
  }
}
