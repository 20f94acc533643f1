import { BUCKET_MS, DEFAULT_POLICY, versionFor, type BreakerView } from '@recloser/core';
import type { Census, SignalBucket } from '@recloser/protocol';
import { censusRows } from './census.js';
import {
  CENSUS,
  type CensusCell,
  groupName,
  type Reporter,
  type Tolerated,
} from './census-cell.js';
import { cellOpening, type LocalReport } from './local-openings.js';
import type { InstanceLive } from '../ports.js';
import { Rolling } from './rolling.js';

/** What counting needs to know of a breaker. */
export type CountedView = Pick<
  BreakerView,
  'version' | 'state' | 'scopes' | 'lastVersion' | 'toleratedRate' | 'toleratedSlowRate'
>;

interface Cell extends CensusCell {
  /** The version that it counts under at present. */
  version: number;
  /** What the console shows, whatever the version, over 10 s. */
  readonly live: Rolling;
  /** The newest bucket with anything in it. */
  lastBucket: number;
}

/** From this share of slow calls on an instance is slow where the policy does not say. */
const SLOW_SHARE = 0.5;
const LIVE_WINDOWS = [10_000 / BUCKET_MS];
const LATEST_WINDOWS = [1_000 / BUCKET_MS];
const LATEST = { calls: 0, failures: 1, fields: 2 } as const;
const LIVE = { ok: 0, failures: 1, slow: 2, rejected: 3, limited: 4, fields: 5 } as const;

/** What an instance wanted: all but the slow ones, which are among the others. */
const DEMAND = [LIVE.ok, LIVE.failures, LIVE.rejected, LIVE.limited];

/** One breaker's instances on this hub, each with its own sliding windows, so that the census is exact. */
export class InstanceWindows {
  readonly #breaker: string;
  readonly #cells = new Map<string, Cell>();
  /** Calls and failures of the last second that count for the fleet, as far as they were told. */
  readonly #latest = new Rolling(LATEST_WINDOWS, LATEST.fields);
  #view: CountedView;
  #windowsMs: readonly number[];

  constructor(breaker: string, view: CountedView, windowsMs: readonly number[]) {
    this.#breaker = breaker;
    this.#view = view;
    this.#windowsMs = windowsMs;
  }

  /** How many instances. */
  get size(): number {
    return this.#cells.size;
  }

  /** An instance's counts begin anew with each version that it counts under, and all with other window lengths. */
  use(view: CountedView, windowsMs: readonly number[]): void {
    if (view.version !== this.#view.version) this.#latest.clear();
    this.#view = view;
    if (windowsMs.join() !== this.#windowsMs.join()) {
      this.#windowsMs = windowsMs;
      this.#cells.clear();
      return;
    }
    for (const cell of this.#cells.values()) {
      const version = this.versionOf(cell.reporter);
      if (cell.version === version) continue;
      cell.version = version;
      cell.census.clear();
      cell.failedAt = -1;
      cell.local = null;
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
    const cell = this.#cellOf(reporter, bucket);
    const [, ok = 0, failures = 0, slow = 0, , , rejected = 0, , lag = 0, , , limited = 0] = signal;
    if (version === cell.version && ok + failures + lag > 0) {
      cell.census.add(bucket, CENSUS.calls, ok + failures);
      cell.census.add(bucket, CENSUS.failures, failures);
      cell.census.add(bucket, CENSUS.slow, slow);
      cell.census.add(bucket, CENSUS.lag, lag);
      if (failures > 0) cell.failedAt = Math.max(cell.failedAt, bucket);
    }
    if (version === this.#view.version) {
      this.#latest.add(bucket, LATEST.calls, ok + failures);
      this.#latest.add(bucket, LATEST.failures, failures);
    }
    cell.live.add(bucket, LIVE.ok, ok);
    cell.live.add(bucket, LIVE.failures, failures);
    cell.live.add(bucket, LIVE.slow, slow);
    cell.live.add(bucket, LIVE.rejected, rejected);
    cell.lastBucket = Math.max(cell.lastBucket, bucket);
    cell.live.add(bucket, LIVE.limited, limited);
    if (ok + failures + rejected + limited > 0) {
      cell.demandAt = Math.max(cell.demandAt, bucket * BUCKET_MS);
    }
  }

  /** What an instance that just counted says of its own breaker; null: that lets calls in. */
  decided(
    { instanceId }: Reporter,
    version: number,
    opening: LocalReport | null,
    now: number,
  ): void {
    const cell = this.#cells.get(instanceId);
    if (cell?.version !== version) return;
    cell.local = opening && cellOpening(opening, cell.local, now);
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
  census(storeNow: number): Census[] {
    const now = Math.floor(storeNow / BUCKET_MS);
    const byVersion = new Map<number, Cell[]>([[this.#view.version, []]]);
    for (const cell of this.#cells.values()) {
      cell.census.advance(now);
      const cells = byVersion.get(cell.version);
      if (cells === undefined) byVersion.set(cell.version, [cell]);
      else cells.push(cell);
    }
    const tolerated = this.#tolerated;
    // Whether one more part that fails is one too many is decided by who else there is.
    const hasParts = (this.#view.scopes ?? []).length > 0;
    const rows = [...byVersion].flatMap(([version, cells]) => {
      const told = hasParts && version === this.#view.version;
      const of = {
        breaker: this.#breaker,
        version,
        windowsMs: this.#windowsMs,
        tolerated,
        storeNow,
      };
      return censusRows(of, cells, told);
    });
    return rows.some(isTelling) ? rows : [];
  }

  /** Instances that count under a version and wanted a call at or after a time on the store's clock. */
  withDemand(version: number, since: number): string[] {
    const ids: string[] = [];
    for (const [id, cell] of this.#cells) {
      if (cell.version === version && cell.demandAt + BUCKET_MS > since) ids.push(id);
    }
    return ids;
  }

  /** Instances that wanted a call within the last 10 s, with how many. */
  demands(now: number): (readonly [instanceId: string, calls: number])[] {
    const demands: (readonly [string, number])[] = [];
    for (const [id, { live }] of this.#cells) {
      live.advance(now);
      let calls = 0;
      for (const field of DEMAND) calls += live.sum(0, field);
      if (calls > 0) demands.push([id, calls]);
    }
    return demands;
  }

  /** Each instance's counts over the last 10 s. */
  live(now: number): Omit<InstanceLive, 'ackedSeq'>[] {
    const rows = [];
    for (const { reporter, live } of this.#cells.values()) {
      live.advance(now);
      if (live.isEmpty()) continue;
      const { instanceId, service, zone } = reporter;
      rows.push({
        instanceId,
        service,
        zone,
        ok: live.sum(0, LIVE.ok),
        failures: live.sum(0, LIVE.failures),
        slow: live.sum(0, LIVE.slow),
        rejected: live.sum(0, LIVE.rejected) + live.sum(0, LIVE.limited),
      });
    }
    return rows;
  }

  /** Forgets instances that have nothing left in any window. True when none is left. */
  sweep(now: number): boolean {
    const longest = Math.max(10_000, ...this.#windowsMs) / BUCKET_MS;
    for (const [id, cell] of this.#cells) {
      if (now - cell.lastBucket > longest + 1) this.#cells.delete(id);
    }
    return this.#cells.size === 0;
  }

  get #tolerated(): Tolerated {
    const { toleratedRate, toleratedSlowRate } = this.#view;
    return {
      failures: toleratedRate ?? DEFAULT_POLICY.trip.toleratedRate,
      slow: toleratedSlowRate ?? SLOW_SHARE,
    };
  }

  #cellOf(reporter: Reporter, bucket: number): Cell {
    let cell = this.#cells.get(reporter.instanceId);
    if (cell === undefined) {
      const windows = this.#windowsMs.map((ms) => Math.max(1, Math.ceil(ms / BUCKET_MS)));
      cell = {
        reporter,
        group: groupName(reporter),
        version: this.versionOf(reporter),
        census: new Rolling(windows, CENSUS.fields),
        live: new Rolling(LIVE_WINDOWS, LIVE.fields),
        failedAt: -1,
        demandAt: Number.NEGATIVE_INFINITY,
        local: null,
        lastBucket: bucket,
      };
      this.#cells.set(reporter.instanceId, cell);
    }
    return cell;
  }
}

function isTelling({ reporting, lag, local }: Census): boolean {
  return reporting > 0 || lag !== undefined || local !== undefined;
}
