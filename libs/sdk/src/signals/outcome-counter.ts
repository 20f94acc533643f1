import { COUNT_FIELDS, type Counts } from '@recloser/core';
import { type SignalBucket } from '@recloser/protocol';
import { type LocalBreaker } from '../breaker/local-breaker.js';
import { type AskedWait } from '../control-plane/asked-wait.js';
import { type Histogram } from './histogram.js';

/** Counts of one 250 ms bucket under one state version. */
export type Bucket = { -readonly [Field in keyof Counts]: number } & {
  readonly index: number;
  /** No longer here: sent, or dropped. What it holds can no longer be corrected. */
  gone: boolean;
};

/** Outcomes that are older than 15 s are of no use for a decision. */
const MAX_BUCKETS = 60;

/** Written out, so that each count lies within the object: every call counts in one. */
export function emptyBucket(index: number): Bucket {
  return {
    index,
    ok: 0,
    failures: 0,
    slow: 0,
    timeouts: 0,
    stalled: 0,
    rejected: 0,
    throttled: 0,
    localLag: 0,
    ruledOk: 0,
    ruledFailures: 0,
    limited: 0,
    gone: false,
  };
}

const NO_BUCKET: Bucket = Object.freeze({ ...emptyBucket(-1), gone: true });

export function addBucket(into: Bucket, from: Readonly<Bucket>): void {
  for (const count of COUNT_FIELDS) into[count] += from[count];
}

/** As the protocol sends it, with trailing zeros left out. */
export function signalBucket(bucket: Readonly<Bucket>, age: number): SignalBucket {
  const tuple = [age, ...COUNT_FIELDS.map((count) => bucket[count])];
  while (tuple.length > 2 && tuple.at(-1) === 0) tuple.pop();
  return tuple;
}

/** Notified when a counter becomes non-empty, and of every bucket that leaves it. */
export interface CounterOwner {
  onDirty(counter: OutcomeCounter): void;
  onGone(bucket: Bucket, sent: boolean): void;
  readonly latency: Histogram;
  /** The local breaker, where it is what turns calls away. */
  readonly limiter: LocalBreaker | null;
  /** When the dependency wants to be called again. */
  readonly asked: AskedWait | null;
}

/** The unsent counts of one breaker under one state version. */
export class OutcomeCounter {
  readonly key: string;
  /** Null while the control plane has not said which version this breaker has. */
  version: number | null;
  current: Bucket = NO_BUCKET;
  #buckets: Bucket[] = [];
  /** Of whichever version. */
  readonly owner: CounterOwner;

  constructor(key: string, version: number | null, owner: CounterOwner) {
    this.key = key;
    this.version = version;
    this.owner = owner;
  }

  /** The bucket of an absolute index, to count in. */
  at(index: number): Bucket {
    return this.current.index === index ? this.current : this.#next(index);
  }

  /** The bucket of an index that is not later than the present one's, to count in. */
  before(index: number, present: number): Bucket {
    if (index >= present) return this.at(present);
    const at = this.#buckets.findIndex((bucket) => bucket.index >= index);
    const found = at === -1 ? undefined : this.#buckets[at];
    if (found?.index === index) return found;
    const bucket = emptyBucket(index);
    this.#buckets.splice(at === -1 ? this.#buckets.length : at, 0, bucket);
    if (this.#buckets.length === 1) this.owner.onDirty(this);
    return bucket;
  }

  /** Hands over all buckets; from then on they are gone. */
  take(): readonly Bucket[] {
    const taken = this.#buckets;
    this.#buckets = [];
    this.current = NO_BUCKET;
    for (const bucket of taken) this.#leave(bucket, true);
    return taken;
  }

  /** Counts under another version from now on. */
  next(version: number | null): OutcomeCounter {
    return new OutcomeCounter(this.key, version, this.owner);
  }

  /** Drops what is older than 15 s. */
  prune(index: number): void {
    let first = this.#buckets[0];
    while (first !== undefined && first.index <= index - MAX_BUCKETS) {
      this.#buckets.shift();
      if (first === this.current) this.current = NO_BUCKET;
      this.#leave(first, false);
      first = this.#buckets[0];
    }
  }

  get buckets(): readonly Readonly<Bucket>[] {
    return this.#buckets;
  }

  #next(index: number): Bucket {
    this.prune(index);
    const bucket = emptyBucket(index);
    this.#buckets.push(bucket);
    this.current = bucket;
    if (this.#buckets.length === 1) this.owner.onDirty(this);
    return bucket;
  }

  #leave(bucket: Bucket, sent: boolean): void {
    bucket.gone = true;
    this.owner.onGone(bucket, sent);
  }
}
