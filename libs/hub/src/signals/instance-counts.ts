/** What an entry counts in each bucket. */
export const COUNTED = {
  ok: 0,
  failures: 1,
  slow: 2,
  lag: 3,
  rejected: 4,
  limited: 5,
  fields: 6,
} as const;

/** An index for nothing: the end of a list, or a bucket that never was. */
const NONE = -1;
const NEVER = -(2 ** 31);
const MAX_COUNT = 0xffff_ffff;
const FIRST_CAPACITY = 4;

/** Columns of an entry. Buckets are relative to the table's first one, so that they fit. */
const ENTRY = {
  head: 0,
  generation: 1,
  version: 2,
  failedAt: 3,
  lastAt: 4,
  demandAt: 5,
  size: 6,
} as const;
/** Columns of a node: a entry's counts of one bucket, newest bucket first. */
const NODE = { next: 0, bucket: 1, generation: 2, size: 3 } as const;

/** Which sums are asked for. */
export interface SumOf {
  /** The bucket in which windows end, unless the entry has a newer one. */
  readonly now: number;
  /** Lengths in buckets, ascending. */
  readonly windows: readonly number[];
  /** Only what was counted under the present version. */
  readonly present: boolean;
}

export interface BucketsOf {
  readonly now: number;
  /** Length in buckets. */
  readonly window: number;
  readonly of: 'calls' | 'failures';
}

/** Counts that do not belong to the entry's present version. */
const OTHER_VERSION = 0;
const ANY_VERSION = -1;

/**
 * The counts of one breaker's instances, by 250 ms buckets. A hub holds millions of such entries, most of them with a bucket or
 * two: they stand in a few typed arrays for each breaker, so that they take little memory and the garbage collector does not
 * visit them.
 */
export class InstanceCounts {
  /** How many buckets back anything is asked for. */
  readonly #longest: number;
  #base = 0;
  #entries = new Int32Array(FIRST_CAPACITY * ENTRY.size);
  #entriesUsed = 0;
  readonly #freeEntries: number[] = [];
  #nodes = new Int32Array(FIRST_CAPACITY * NODE.size);
  #counts = new Uint32Array(FIRST_CAPACITY * COUNTED.fields);
  #nodesUsed = 0;
  #freeNode = NONE;
  /** The node that a sum has come to last. */
  #visited = NONE;

  constructor(longestBuckets: number) {
    this.#longest = longestBuckets;
  }

  /** Makes an entry without counts; answers with its index. */
  create(version: number, bucket: number): number {
    if (this.#entriesUsed === this.#freeEntries.length) this.#base = bucket;
    const index = this.#freeEntries.pop() ?? this.#nextEntry();
    const at = index * ENTRY.size;
    this.#entries[at + ENTRY.head] = NONE;
    this.#entries[at + ENTRY.generation] = OTHER_VERSION + 1;
    this.#entries[at + ENTRY.version] = version;
    this.#entries[at + ENTRY.failedAt] = NEVER;
    this.#entries[at + ENTRY.lastAt] = bucket - this.#base;
    this.#entries[at + ENTRY.demandAt] = NEVER;
    return index;
  }

  delete(index: number): void {
    const at = index * ENTRY.size;
    this.#free(this.#field(at + ENTRY.head));
    this.#entries[at + ENTRY.head] = NONE;
    this.#freeEntries.push(index);
  }

  versionOf(index: number): number {
    return this.#field(index * ENTRY.size + ENTRY.version);
  }

  /** From now on it counts under another version; what it has counted so far is no evidence any more. */
  setVersion(index: number, version: number): void {
    const at = index * ENTRY.size;
    this.#entries[at + ENTRY.version] = version;
    this.#entries[at + ENTRY.generation] = this.#field(at + ENTRY.generation) + 1;
    this.#entries[at + ENTRY.failedAt] = NEVER;
  }

  /** The newest bucket with a failure under the present version; null: none. */
  failedAt(index: number): number | null {
    return this.#bucketIn(index, ENTRY.failedAt);
  }

  /** The newest bucket with anything in it. */
  lastAt(index: number): number {
    return this.#field(index * ENTRY.size + ENTRY.lastAt) + this.#base;
  }

  /** The newest bucket in which it wanted a call; null: none. */
  demandAt(index: number): number | null {
    return this.#bucketIn(index, ENTRY.demandAt);
  }

  /** Adds counts in the order of COUNTED to a bucket; `present`: they belong to the entry's version. */
  add(index: number, bucket: number, present: boolean, counts: ArrayLike<number>): void {
    const at = index * ENTRY.size;
    const own = bucket - this.#base;
    const node = this.#nodeFor(
      at,
      own,
      present ? this.#field(at + ENTRY.generation) : OTHER_VERSION,
    );
    const first = node * COUNTED.fields;
    let wanted = 0;
    for (let field = 0; field < COUNTED.fields; field += 1) {
      const count = counts[field] ?? 0;
      if (field !== COUNTED.slow && field !== COUNTED.lag) wanted += count;
      const before = this.#counts[first + field] ?? 0;
      this.#counts[first + field] = Math.min(MAX_COUNT, before + count);
    }
    this.#raise(at + ENTRY.lastAt, own);
    if (wanted > 0) this.#raise(at + ENTRY.demandAt, own);
    if (present && (counts[COUNTED.failures] ?? 0) > 0) this.#raise(at + ENTRY.failedAt, own);
  }

  /**
   * Writes a entry's sums to `into`, from `offset` on: COUNTED.fields numbers for each window. Forgets what is older than
   * anything that may be asked for.
   */
  sum(index: number, { now, windows, present }: SumOf, into: Float64Array, offset: number): void {
    const at = index * ENTRY.size;
    const newest = this.#settle(at, now - this.#base);
    const generation = present ? this.#field(at + ENTRY.generation) : ANY_VERSION;
    // A longer window holds all that a shorter one does: its sums go on from there.
    let node = this.#field(at + ENTRY.head);
    let to = offset;
    for (const length of windows) {
      if (to > offset) into.copyWithin(to, to - COUNTED.fields, to);
      else into.fill(0, to, to + COUNTED.fields);
      node = this.#addUntil(node, newest - length, generation, into, to);
      to += COUNTED.fields;
      if (length >= this.#longest) this.#cutFrom(at, node);
    }
  }

  /** Adds up the nodes that are newer than a bucket; answers with the first that is not. */
  #addUntil(
    first: number,
    bucket: number,
    generation: number,
    into: Float64Array,
    to: number,
  ): number {
    let [ok, failures, slow, lag, rejected, limited] = [0, 0, 0, 0, 0, 0];
    let node = first;
    while (node !== NONE && this.#node(node * NODE.size + NODE.bucket) > bucket) {
      this.#visited = node;
      const own = node * NODE.size;
      if (generation === ANY_VERSION || this.#node(own + NODE.generation) === generation) {
        const at = node * COUNTED.fields;
        ok += this.#count(at + COUNTED.ok);
        failures += this.#count(at + COUNTED.failures);
        slow += this.#count(at + COUNTED.slow);
        lag += this.#count(at + COUNTED.lag);
        rejected += this.#count(at + COUNTED.rejected);
        limited += this.#count(at + COUNTED.limited);
      }
      node = this.#node(own + NODE.next);
    }
    if (node === first) return node;
    add(into, to + COUNTED.ok, ok);
    add(into, to + COUNTED.failures, failures);
    add(into, to + COUNTED.slow, slow);
    add(into, to + COUNTED.lag, lag);
    add(into, to + COUNTED.rejected, rejected);
    add(into, to + COUNTED.limited, limited);
    return node;
  }

  /** Adds the buckets of a window in which there are calls, or failures, under the present version. */
  addBuckets(index: number, { now, window, of }: BucketsOf, into: Set<number>): void {
    const at = index * ENTRY.size;
    const newest = this.#settle(at, now - this.#base);
    const generation = this.#field(at + ENTRY.generation);
    for (let node = this.#field(at + ENTRY.head); node !== NONE;) {
      const own = node * NODE.size;
      const bucket = this.#node(own + NODE.bucket);
      if (newest - bucket >= window) break;
      const first = node * COUNTED.fields;
      const failures = this.#counts[first + COUNTED.failures] ?? 0;
      const ok = this.#counts[first + COUNTED.ok] ?? 0;
      if (
        (of === 'failures' ? failures : ok + failures) > 0 &&
        this.#node(own + NODE.generation) === generation
      ) {
        into.add(bucket + this.#base);
      }
      node = this.#node(own + NODE.next);
    }
  }

  /** The bucket in which windows end. What lies ahead of the clock by more than any window is forgotten. */
  #settle(at: number, now: number): number {
    const head = this.#field(at + ENTRY.head);
    if (head === NONE) return now;
    const newest = this.#node(head * NODE.size + NODE.bucket);
    if (newest - now <= this.#longest) return Math.max(now, newest);
    this.#visited = NONE;
    this.#cutFrom(at, head);
    return now;
  }

  /** Gives back a node and all that are older; `#visited` is the one before it. */
  #cutFrom(at: number, node: number): void {
    if (node === NONE) return;
    if (node === this.#field(at + ENTRY.head)) this.#entries[at + ENTRY.head] = NONE;
    else this.#nodes[this.#visited * NODE.size + NODE.next] = NONE;
    this.#free(node);
  }

  /** The node of a bucket and a generation, made where it belongs when there is none. */
  #nodeFor(at: number, bucket: number, generation: number): number {
    let before = NONE;
    let node = this.#field(at + ENTRY.head);
    while (node !== NONE && this.#node(node * NODE.size + NODE.bucket) >= bucket) {
      const own = node * NODE.size;
      if (
        this.#node(own + NODE.bucket) === bucket &&
        this.#node(own + NODE.generation) === generation
      ) {
        return node;
      }
      before = node;
      node = this.#node(own + NODE.next);
    }
    const made = this.#nextNode();
    const own = made * NODE.size;
    this.#nodes[own + NODE.next] = node;
    this.#nodes[own + NODE.bucket] = bucket;
    this.#nodes[own + NODE.generation] = generation;
    this.#counts.fill(0, made * COUNTED.fields, (made + 1) * COUNTED.fields);
    if (before === NONE) this.#entries[at + ENTRY.head] = made;
    else this.#nodes[before * NODE.size + NODE.next] = made;
    return made;
  }

  #nextEntry(): number {
    const index = this.#entriesUsed;
    this.#entriesUsed += 1;
    if (this.#entriesUsed * ENTRY.size > this.#entries.length) {
      const larger = new Int32Array(this.#entries.length * 2);
      larger.set(this.#entries);
      this.#entries = larger;
    }
    return index;
  }

  #nextNode(): number {
    if (this.#freeNode !== NONE) {
      const node = this.#freeNode;
      this.#freeNode = this.#node(node * NODE.size + NODE.next);
      return node;
    }
    const node = this.#nodesUsed;
    this.#nodesUsed += 1;
    if (this.#nodesUsed * NODE.size > this.#nodes.length) {
      const nodes = new Int32Array(this.#nodes.length * 2);
      nodes.set(this.#nodes);
      this.#nodes = nodes;
      const counts = new Uint32Array(this.#counts.length * 2);
      counts.set(this.#counts);
      this.#counts = counts;
    }
    return node;
  }

  /** Gives back a list of nodes. */
  #free(first: number): void {
    for (let node = first; node !== NONE;) {
      const next = this.#node(node * NODE.size + NODE.next);
      this.#nodes[node * NODE.size + NODE.next] = this.#freeNode;
      this.#freeNode = node;
      node = next;
    }
  }

  #bucketIn(index: number, column: number): number | null {
    const own = this.#field(index * ENTRY.size + column);
    return own === NEVER ? null : own + this.#base;
  }

  #raise(at: number, bucket: number): void {
    if (bucket > this.#field(at)) this.#entries[at] = bucket;
  }

  #field(at: number): number {
    return this.#entries[at] ?? NONE;
  }

  #count(at: number): number {
    return this.#counts[at] ?? 0;
  }

  #node(at: number): number {
    return this.#nodes[at] ?? NONE;
  }
}

function add(into: Float64Array, at: number, value: number): void {
  into[at] = (into[at] ?? 0) + value;
}
