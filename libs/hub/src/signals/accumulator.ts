import { COUNT_FIELDS, type Counts } from '@recloser/core';
import type { Aggregate, SignalBucket } from '@recloser/protocol';

/** Where an instance's counts are added up: all instances of a service in a zone. */
export interface Group {
  readonly id: number;
  readonly service: string;
  readonly zone: string;
}

interface Sum {
  readonly breaker: string;
  readonly version: number;
  readonly group: Group;
  readonly bucket: number;
  /** In the order of COUNT_FIELDS. */
  readonly counts: number[];
}

/** More services and zones than this are added up together: a key must not be able to fill the memory. */
const MAX_GROUPS = 1_000;
/** A group, a version and a bucket make one number: a flush never holds buckets that lie 128 apart. */
const BUCKETS = 128;
const VERSIONS = 2 ** 31;

/** Adds signals up until the next flush: what leaves the hub grows with breakers and zones, not with instances. */
export class Accumulator {
  readonly #groups = new Map<string, Group>();
  readonly #others: Group = { id: MAX_GROUPS, service: '(others)', zone: '' };
  /** By breaker, then by `keyOf`. */
  readonly #sums = new Map<string, Map<number, Sum>>();

  group(service: string, zone: string): Group {
    const name = JSON.stringify([service, zone]);
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    if (this.#groups.size >= MAX_GROUPS) return this.#others;
    const group = { id: this.#groups.size, service, zone };
    this.#groups.set(name, group);
    return group;
  }

  /** `signal` is [age, …counts] in the order of COUNT_FIELDS. */
  add(group: Group, breaker: string, version: number, bucket: number, signal: SignalBucket): void {
    let sums = this.#sums.get(breaker);
    if (sums === undefined) {
      sums = new Map();
      this.#sums.set(breaker, sums);
    }
    const id = keyOf(group, version, bucket);
    let sum = sums.get(id);
    if (sum === undefined) {
      sum = { breaker, version, group, bucket, counts: COUNT_FIELDS.map(() => 0) };
      sums.set(id, sum);
    }
    const { counts } = sum;
    for (let i = 1; i < signal.length; i += 1) {
      counts[i - 1] = (counts[i - 1] ?? 0) + (signal[i] ?? 0);
    }
  }

  /** True when nothing came in that was not taken. */
  get isEmpty(): boolean {
    return this.#sums.size === 0;
  }

  /**
   * What came in and was not taken yet: about `most` sums, those of the breakers `first` before others. The sums of one breaker
   * are never torn apart.
   */
  take(most: number, first: Iterable<string>): Aggregate[] {
    const taken: Aggregate[] = [];
    for (const keys of [first, this.#sums.keys()]) {
      for (const key of keys) {
        if (taken.length >= most) return taken;
        for (const sum of this.#sums.get(key)?.values() ?? []) taken.push(aggregateOf(sum));
        this.#sums.delete(key);
      }
    }
    return taken;
  }
}

function keyOf(group: Group, version: number, bucket: number): number {
  return (group.id * VERSIONS + version) * BUCKETS + (bucket % BUCKETS);
}

function aggregateOf({ breaker, version, group, bucket, counts }: Sum): Aggregate {
  return {
    breaker,
    version,
    service: group.service,
    zone: group.zone,
    bucket,
    counts: countsOfArray(counts),
  };
}

function countsOfArray(values: readonly number[]): Counts {
  const [ok = 0, failures = 0, slow = 0, timeouts = 0, stalled = 0, rejected = 0] = values;
  const [throttled = 0, localLag = 0, ruledOk = 0, ruledFailures = 0, limited = 0] =
    values.slice(6);
  return {
    ok,
    failures,
    slow,
    timeouts,
    stalled,
    rejected,
    throttled,
    localLag,
    ruledOk,
    ruledFailures,
    limited,
  };
}
