import { BUCKET_MS } from '@recloser/core';
import type {
  InstanceStatistics,
  SignalBatch,
  SignalBucket,
  SignalFrame,
  SignalItem,
} from '@recloser/protocol';
import { Accumulator, type Group } from './accumulator.js';
import type { Reporter } from './reporter.js';
import { type CountedView, InstanceWindows } from './instance-windows.js';
import type { HubStats, InstanceLive } from '../ports.js';
import { Latencies } from './latencies.js';

/** Who called within this time, in ms, may have outcomes that were not told yet. */
const WITNESS_MS = 5_000;

/** A breaker as far as counting needs it. */
export interface CountedBreaker {
  readonly view: CountedView;
  /** The windows that its policy judges, in ms. */
  readonly windowsMs: readonly number[];
}

export interface IngestorPorts {
  readonly stats: HubStats;
  readonly maxAgeMs: number;
  find(breaker: string): CountedBreaker | undefined;
}

/** What became of one frame's items. */
export interface IngestResult {
  /** Breakers with counted calls or rejections. */
  readonly active: readonly string[];
  readonly failing: readonly string[];
  /** Some of the active ones ramp: their steps wait for these counts. */
  readonly ramping: boolean;
  readonly unknownKeys: readonly string[];
  readonly futureVersionKeys: readonly string[];
}

/**
 * Statistics rows are renewed at least this often while they are not zero: the store forgets a silent hub's after 3 s.
 */
const CENSUS_RENEWAL_MS = 1_000;
/** Instances of breakers looked at in one go: some milliseconds' work. */
const CELLS_AT_ONCE = 3_000;
/** What an instance costs where it has to be told who fails, in instances of which only numbers are told. */
const TROUBLED_COST = 4;
/** A failing breaker rests after its instance statistics for so long for each of its instances: 100 ms for 10,000. */
const REST_MS = 0.01;
/** Sums of breakers, services and zones that leave together: what comes after handles each of them a few times. */
const SUMS_AT_ONCE = 2_000;
/** The same for what only looks whether anything is left. */
const SWEPT_AT_ONCE = 20_000;

/**
 * Places signals on the store's clock and counts them: per group for the store, per instance for the instance
 * statistics.
 */
export class SignalIngestor {
  readonly #ports: IngestorPorts;
  readonly #accumulator = new Accumulator();
  readonly #latencies = new Latencies();
  readonly #trackers = new Map<string, InstanceWindows>();
  /** Breakers whose statistics changed since they were last made; those that fail come first. */
  readonly #touched = new Set<string>();
  readonly #failing = new Set<string>();
  /** Rows that were made between two flushes. */
  #ready: InstanceStatistics[] = [];
  #behind = false;
  #toSweep: MapIterator<[string, InstanceWindows]> | null = null;
  /** Breakers whose statistics were not zero, and when they were last sent: the oldest first. */
  readonly #sent = new Map<string, number>();

  constructor(ports: IngestorPorts) {
    this.#ports = ports;
  }

  group(service: string, zone: string): Group {
    return this.#accumulator.group(service, zone);
  }

  add(frame: SignalFrame, reporter: Reporter, group: Group, storeNow: number): IngestResult {
    const active: string[] = [];
    const failing: string[] = [];
    let ramping = false;
    const unknownKeys: string[] = [];
    const futureVersionKeys: string[] = [];
    const { stats } = this.#ports;
    for (const item of frame.items) {
      stats.items += 1;
      const breaker = this.#ports.find(item.b);
      if (breaker === undefined) {
        stats.itemsUnknownBreaker += 1;
        unknownKeys.push(item.b);
      } else if (item.v > newestOf(breaker)) {
        stats.itemsFutureVersion += 1;
        futureVersionKeys.push(item.b);
      } else {
        const tracker = this.#trackerOf(item.b, breaker);
        const isPresent = item.v === tracker.versionOf(reporter);
        if (!isPresent) stats.itemsOlderVersion += 1;
        active.push(item.b);
        ramping ||= tracker.isRamping;
        const failed = this.#addItem(item, tracker, reporter, group, storeNow);
        if (failed && isPresent) failing.push(item.b);
      }
    }
    return { active, failing, ramping, unknownKeys, futureVersionKeys };
  }

  /** A breaker's version or windows are others now, or it is gone. */
  changed(key: string): void {
    const tracker = this.#trackers.get(key);
    if (tracker === undefined) return;
    const breaker = this.#ports.find(key);
    if (breaker === undefined) {
      this.#trackers.delete(key);
      this.#sent.delete(key);
    } else {
      tracker.use(breaker.view, breaker.windowsMs);
    }
  }

  /** True when more has come in than could leave at once. */
  get hasMore(): boolean {
    return !this.#accumulator.isEmpty;
  }

  /** True when something is to leave although nothing came in: a statistics row's renewal, or latencies. */
  renewalDue(storeNow: number): boolean {
    if (this.#latencies.due(storeNow) || this.#ready.length > 0) return true;
    const [oldest = Number.POSITIVE_INFINITY] = this.#sent.values();
    return storeNow - oldest >= CENSUS_RENEWAL_MS;
  }

  /**
   * What came in since the last call, as much as fits at once, with the instance statistics of the breakers concerned;
   * null when there is nothing. Latencies come with it when they are due. The last call takes everything.
   */
  take(
    hub: { hubId: string; environmentId: string },
    storeNow: number,
    last: boolean,
  ): SignalBatch | null {
    const most = last ? Number.POSITIVE_INFINITY : SUMS_AT_ONCE;
    const aggregates = this.#accumulator.take(most, this.#failing);
    const census = this.#statistics(storeNow, last ? Number.POSITIVE_INFINITY : CELLS_AT_ONCE);
    const latencies = this.#latencies.take(storeNow, last);
    if (aggregates.length + census.length + latencies.length === 0) return null;
    return { ...hub, aggregates, census, ...(latencies.length > 0 && { latencies }) };
  }

  /**
   * The instances that called a breaker within the last seconds and have to be asked for their counts, since it may be
   * failing; null: it is not.
   */
  witnesses(breaker: string, storeNow: number): readonly string[] | null {
    const tracker = this.#trackers.get(breaker);
    const found = this.#ports.find(breaker);
    if (tracker === undefined || found === undefined) return null;
    if (!tracker.mayFail(Math.floor(storeNow / BUCKET_MS))) return null;
    return tracker.withDemand(found.view.version, storeNow - WITNESS_MS);
  }

  withDemand(breaker: string, version: number, since: number): readonly string[] {
    return this.#trackers.get(breaker)?.withDemand(version, since) ?? [];
  }

  /** Instances that wanted a call within the last 10 s, with how many. */
  demands(breaker: string, storeNow: number): readonly (readonly [string, number])[] {
    return this.#trackers.get(breaker)?.demands(Math.floor(storeNow / BUCKET_MS)) ?? [];
  }

  live(breaker: string, storeNow: number): Omit<InstanceLive, 'ackedSeq'>[] {
    return this.#trackers.get(breaker)?.live(Math.floor(storeNow / BUCKET_MS)) ?? [];
  }

  /** Begins to forget what has left every window; what is too much for one go follows with `work`. */
  sweep(storeNow: number): void {
    this.#toSweep ??= this.#trackers.entries();
    this.#sweep(this.#toSweep, storeNow);
  }

  #sweep(left: MapIterator<[string, InstanceWindows]>, storeNow: number): void {
    const bucket = Math.floor(storeNow / BUCKET_MS);
    for (let entries = 0; entries < SWEPT_AT_ONCE;) {
      const next = left.next();
      if (next.done === true) {
        this.#toSweep = null;
        return;
      }
      const [key, tracker] = next.value;
      entries += tracker.size;
      if (tracker.sweep(bucket)) this.#trackers.delete(key);
    }
  }

  /** True when it holds a failure. */
  #addItem(
    item: SignalItem,
    tracker: InstanceWindows,
    reporter: Reporter,
    group: Group,
    storeNow: number,
  ): boolean {
    let failed = false;
    let newest: number | null = null;
    for (const raw of item.c) {
      const age = raw[0] ?? 0;
      if (age > this.#ports.maxAgeMs) {
        this.#ports.stats.bucketsTooOld += 1;
        continue;
      }
      const signal = consistent(raw);
      const bucket = Math.floor((storeNow - age) / BUCKET_MS);
      this.#accumulator.add(group, item.b, item.v, bucket, signal);
      tracker.add(reporter, item.v, bucket, signal);
      newest = bucket;
      if ((signal[2] ?? 0) > 0) failed = true;
    }
    tracker.decided(reporter, item.v, item.o ?? null, storeNow);
    if (item.r !== undefined) tracker.wait(reporter, storeNow + item.r);
    (failed ? this.#failing : this.#touched).add(item.b);
    if (item.h !== undefined && newest !== null) {
      const second = Math.floor((newest * BUCKET_MS) / 1_000);
      if (tracker.isRamping) this.#latencies.addUrgent(item.b, second, item.h);
      else this.#latencies.add(item.b, second, item.h);
    }
    return failed;
  }

  #trackerOf(key: string, breaker: CountedBreaker): InstanceWindows {
    let tracker = this.#trackers.get(key);
    if (tracker === undefined) {
      tracker = new InstanceWindows(key, breaker.view, breaker.windowsMs);
      this.#trackers.set(key, tracker);
    }
    return tracker;
  }

  /** Goes on with what was too much for one go. Cheap when nothing is left. */
  work(storeNow: number): void {
    if (this.#toSweep !== null) this.#sweep(this.#toSweep, storeNow);
    if (this.#behind) this.#ready = this.#statistics(storeNow, CELLS_AT_ONCE);
  }

  /**
   * The instance statistics of breakers that fail, of those that changed, and of those whose rows must be renewed, as
   * far as it can be made without keeping the event loop: the rest follows with the next ticks.
   */
  #statistics(storeNow: number, most: number): InstanceStatistics[] {
    const rows = this.#ready;
    this.#ready = [];
    const go = { storeNow, rows, spent: 0 };
    for (const key of this.#failing) {
      if (go.spent >= most) break;
      if (most < Number.POSITIVE_INFINITY && this.#rests(key, storeNow)) continue;
      this.#failing.delete(key);
      this.#touched.delete(key);
      this.#make(key, go);
    }
    // However many fail, the rows of the others do not become too old.
    const atLeast = Math.max(most, go.spent + most / 4);
    for (const key of this.#touched) {
      if (go.spent >= atLeast) break;
      this.#touched.delete(key);
      // While there is too much to do, a row that is fresh is renewed in its time, whatever came in meanwhile.
      if (!this.#behind || this.#isDue(key, storeNow)) this.#make(key, go);
    }
    for (const [key, at] of this.#sent) {
      if (go.spent >= atLeast || storeNow - at < CENSUS_RENEWAL_MS) break;
      this.#make(key, go);
    }
    this.#behind = go.spent >= most || this.#failing.size > 0;
    return rows;
  }

  #make(key: string, go: { storeNow: number; rows: InstanceStatistics[]; spent: number }): void {
    const tracker = this.#trackers.get(key);
    const census = tracker?.statistics(go.storeNow) ?? [];
    const isTroubled = census.some(({ groups }) => groups !== undefined);
    go.spent += 1 + (tracker?.size ?? 0) * (isTroubled ? TROUBLED_COST : 1);
    // Those that were sent last come last.
    this.#sent.delete(key);
    if (census.length > 0) this.#sent.set(key, go.storeNow);
    go.rows.push(...census);
  }

  /**
   * The more instances a breaker has, the longer it rests after a instance statistics, so that one of them does not
   * take all the time.
   */
  #rests(key: string, storeNow: number): boolean {
    const sentAt = this.#sent.get(key) ?? Number.NEGATIVE_INFINITY;
    return storeNow - sentAt < (this.#trackers.get(key)?.size ?? 0) * REST_MS;
  }

  #isDue(key: string, storeNow: number): boolean {
    return storeNow - (this.#sent.get(key) ?? Number.NEGATIVE_INFINITY) >= CENSUS_RENEWAL_MS;
  }
}

/** The highest version that an SDK can have been told. */
function newestOf({ view }: CountedBreaker): number {
  return view.lastVersion ?? view.version;
}

/**
 * A bucket whose parts fit their wholes: slow ≤ ok + failures, and timeouts and stalled ≤ failures each. What is
 * above is cut off, so that a wrong sender cannot make a rate above one.
 */
function consistent(bucket: SignalBucket): SignalBucket {
  const [, ok = 0, failures = 0, slow = 0, timeouts = 0, stalled = 0] = bucket;
  if (slow <= ok + failures && timeouts <= failures && stalled <= failures) return bucket;
  const fitted = [...bucket];
  fitted[3] = Math.min(slow, ok + failures);
  if (bucket.length > 4) fitted[4] = Math.min(timeouts, failures);
  if (bucket.length > 5) fitted[5] = Math.min(stalled, failures);
  return fitted;
}
