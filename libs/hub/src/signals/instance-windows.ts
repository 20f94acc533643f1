import { BUCKET_MS, DEFAULT_POLICY, versionFor, type BreakerView } from '@recloser/core';
import type { InstanceStatistics, SignalBucket } from '@recloser/protocol';
import { statisticsRows } from './instance-statistics.js';
import type { InstanceOpening, Reporter, Tolerated } from './reporter.js';
import { COUNTED, InstanceCounts } from './instance-counts.js';
import { instanceOpening, type LocalReport } from './local-openings.js';
import type { InstanceLive } from '../ports.js';
import { SlidingWindowSums } from './sliding-window-sums.js';
import { waitsOf } from './waits.js';

/** What counting needs to know of a breaker. */
export type CountedView = Pick<
  BreakerView,
  'version' | 'state' | 'scopes' | 'lastVersion' | 'toleratedRate' | 'toleratedSlowRate'
>;

/** From this share of slow calls on an instance is slow where the policy does not say. */
const SLOW_SHARE = 0.5;
const LIVE_WINDOWS = [10_000 / BUCKET_MS];
const LATEST_WINDOWS = [1_000 / BUCKET_MS];
const LATEST = { calls: 0, failures: 1, fields: 2 } as const;

/** One breaker's instances on this hub, each with its own sliding windows, so that the statistics are exact. */
export class InstanceWindows {
  readonly #breaker: string;
  /** Index of each instance's counts, by its id. */
  readonly #entries = new Map<string, number>();
  /** By that index. */
  #reporters: Reporter[] = [];
  #counts: InstanceCounts;
  /** Until when the dependency has asked an instance to wait, by the store's clock. */
  readonly #waits = new Map<number, number>();
  /** Those that opened the breaker on their own and still reject, by the same index. */
  readonly #local = new Map<number, InstanceOpening>();
  /** Calls and failures of the last second that count for the fleet, as far as they were told. */
  readonly #latest = new SlidingWindowSums(LATEST_WINDOWS, LATEST.fields);
  readonly #added: number[] = [];
  #view: CountedView;
  #windowsMs: readonly number[];

  constructor(breaker: string, view: CountedView, windowsMs: readonly number[]) {
    this.#breaker = breaker;
    this.#view = view;
    this.#windowsMs = windowsMs;
    this.#counts = new InstanceCounts(this.#longestBuckets);
  }

  /** How many instances. */
  get size(): number {
    return this.#entries.size;
  }

  /** An instance's counts begin anew with each version that it counts under, and all with other window lengths. */
  use(view: CountedView, windowsMs: readonly number[]): void {
    if (view.version !== this.#view.version) this.#latest.clear();
    this.#view = view;
    if (windowsMs.join() !== this.#windowsMs.join()) {
      this.#windowsMs = windowsMs;
      this.#entries.clear();
      this.#reporters = [];
      this.#local.clear();
      this.#waits.clear();
      this.#counts = new InstanceCounts(this.#longestBuckets);
      return;
    }
    for (const [index, version] of this.#versions()) {
      if (this.#counts.versionOf(index) === version) continue;
      this.#counts.setVersion(index, version);
      this.#local.delete(index);
    }
  }

  get isRamping(): boolean {
    return this.#view.state === 'ramping';
  }

  /** Under which version an instance counts. */
  versionOf({ scoped, instanceId, service, zone, region }: Reporter): number {
    if (!scoped || this.#view.scopes === undefined) return this.#view.version;
    return versionFor(this.#view, { instance: instanceId, service, zone, region });
  }

  add(reporter: Reporter, version: number, bucket: number, signal: SignalBucket): void {
    const index = this.#entryOf(reporter, bucket);
    const [, ok = 0, failures = 0, slow = 0, , , rejected = 0, , lag = 0, , , limited = 0] = signal;
    const added = this.#added;
    added[COUNTED.ok] = ok;
    added[COUNTED.failures] = failures;
    added[COUNTED.slow] = slow;
    added[COUNTED.lag] = lag;
    added[COUNTED.rejected] = rejected;
    added[COUNTED.limited] = limited;
    this.#counts.add(index, bucket, version === this.#counts.versionOf(index), added);
    if (version === this.#view.version) {
      this.#latest.add(bucket, LATEST.calls, ok + failures);
      this.#latest.add(bucket, LATEST.failures, failures);
    }
  }

  /** What an instance that just counted says of its own breaker; null: that lets calls in. */
  decided(
    { instanceId }: Reporter,
    version: number,
    opening: LocalReport | null,
    now: number,
  ): void {
    const index = this.#entries.get(instanceId);
    if (index === undefined || this.#counts.versionOf(index) !== version) return;
    if (opening === null) this.#local.delete(index);
    else this.#local.set(index, instanceOpening(opening, this.#local.get(index) ?? null, now));
  }

  /** The dependency has asked an instance that counts here to wait until a time on the store's clock. */
  wait({ instanceId }: Reporter, until: number): void {
    const index = this.#entries.get(instanceId);
    if (index === undefined) return;
    this.#waits.set(index, Math.max(until, this.#waits.get(index) ?? 0));
  }

  /**
   * Whether the fleet may be failing by what was told of the last second: half of the tolerated rate. Failures are told
   * first, so that those who had none have to be asked.
   */
  mayFail(now: number): boolean {
    this.#latest.advance(now);
    const failures = this.#latest.sum(0, LATEST.failures);
    return (
      failures > 0 && failures * 2 >= this.#latest.sum(0, LATEST.calls) * this.#tolerated.failures
    );
  }

  /** Exact numbers for each version and window, as of now on the store's clock; empty when nothing is in any window. */
  statistics(storeNow: number): InstanceStatistics[] {
    const byVersion = new Map<number, number[]>([[this.#view.version, []]]);
    for (const index of this.#entries.values()) {
      const version = this.#counts.versionOf(index);
      const entries = byVersion.get(version);
      if (entries === undefined) byVersion.set(version, [index]);
      else entries.push(index);
    }
    // Whether one more part that fails is one too many is decided by who else there is.
    const hasParts = (this.#view.scopes ?? []).length > 0;
    const held = {
      reporters: this.#reporters,
      counts: this.#counts,
      local: this.#local,
      now: Math.floor(storeNow / BUCKET_MS),
    };
    const rows = [...byVersion].flatMap(([version, entries]) => {
      const withInstances = hasParts && version === this.#view.version;
      const of = {
        breaker: this.#breaker,
        version,
        windowsMs: this.#windowsMs,
        tolerated: this.#tolerated,
        storeNow,
      };
      const wait = waitsOf(this.#waits, entries, this.#reporters, storeNow);
      const telling = wait === null ? {} : { wait };
      return statisticsRows(of, { ...held, indices: entries }, withInstances).map((row) => ({
        ...row,
        ...telling,
      }));
    });
    return rows.some(isTelling) ? rows : [];
  }

  /** Instances that count under a version and wanted a call at or after a time on the store's clock. */
  withDemand(version: number, since: number): string[] {
    const ids: string[] = [];
    for (const [id, index] of this.#entries) {
      if (this.#counts.versionOf(index) !== version) continue;
      const bucket = this.#counts.demandAt(index);
      if (bucket !== null && (bucket + 1) * BUCKET_MS > since) ids.push(id);
    }
    return ids;
  }

  /** Instances that wanted a call within the last 10 s, with how many. */
  demands(now: number): (readonly [instanceId: string, calls: number])[] {
    const demands: (readonly [string, number])[] = [];
    for (const [id, index] of this.#entries) {
      const { ok, failures, rejected } = this.#liveOf(index, now);
      const calls = ok + failures + rejected;
      if (calls > 0) demands.push([id, calls]);
    }
    return demands;
  }

  /** Each instance's counts over the last 10 s. */
  live(now: number): Omit<InstanceLive, 'ackedSeq'>[] {
    const rows = [];
    for (const [instanceId, index] of this.#entries) {
      const counts = this.#liveOf(index, now);
      if (Object.values(counts).every((count) => count === 0)) continue;
      const { service = '', zone = null } = this.#reporters[index] ?? {};
      rows.push({ instanceId, service, zone, ...counts });
    }
    return rows;
  }

  /** Forgets instances that have nothing left in any window. True when none is left. */
  sweep(now: number): boolean {
    for (const [id, index] of this.#entries) {
      if (now - this.#counts.lastAt(index) <= this.#longestBuckets + 1) continue;
      this.#counts.delete(index);
      this.#local.delete(index);
      this.#waits.delete(index);
      this.#entries.delete(id);
    }
    return this.#entries.size === 0;
  }

  get #longestBuckets(): number {
    return Math.ceil(Math.max(10_000, ...this.#windowsMs) / BUCKET_MS);
  }

  get #tolerated(): Tolerated {
    const { toleratedRate, toleratedSlowRate } = this.#view;
    return {
      failures: toleratedRate ?? DEFAULT_POLICY.trip.toleratedRate,
      slow: toleratedSlowRate ?? SLOW_SHARE,
    };
  }

  /** What the console shows, whatever the version. */
  #liveOf(index: number, now: number): Pick<InstanceLive, 'ok' | 'failures' | 'slow' | 'rejected'> {
    const sums = new Float64Array(COUNTED.fields);
    this.#counts.sum(index, { now, windows: LIVE_WINDOWS, present: false }, sums, 0);
    const of = (field: number) => sums[field] ?? 0;
    return {
      ok: of(COUNTED.ok),
      failures: of(COUNTED.failures),
      slow: of(COUNTED.slow),
      rejected: of(COUNTED.rejected) + of(COUNTED.limited),
    };
  }

  *#versions(): Generator<readonly [index: number, version: number]> {
    for (const index of this.#entries.values()) {
      const reporter = this.#reporters[index];
      if (reporter !== undefined) yield [index, this.versionOf(reporter)];
    }
  }

  #entryOf(reporter: Reporter, bucket: number): number {
    let index = this.#entries.get(reporter.instanceId);
    if (index === undefined) {
      index = this.#counts.create(this.versionOf(reporter), bucket);
      this.#entries.set(reporter.instanceId, index);
      this.#reporters[index] = reporter;
    }
    return index;
  }
}

function isTelling({ reporting, lag, local, wait }: InstanceStatistics): boolean {
  const isTold = lag !== undefined || local !== undefined || wait !== undefined;
  return reporting > 0 || isTold;
}
