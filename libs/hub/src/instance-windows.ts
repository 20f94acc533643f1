import { BUCKET_MS, type InstanceCounts, isFailingInstance } from '@recloser/core';
import type { SignalBucket } from '@recloser/protocol';
import type { Census } from './ports.js';
import { Rolling } from './rolling.js';

/** Who reported. */
export interface Reporter {
  readonly instanceId: string;
  readonly service: string;
  readonly zone: string | null;
}

interface Cell {
  readonly reporter: Reporter;
  /** Calls, failures, slow calls and those left out under the present version, over the census windows. */
  readonly census: Rolling;
  /** The newest bucket with a failure under the present version; −1: none. */
  failedAt: number;
  /** What the console shows, whatever the version, over 10 s. */
  readonly live: Rolling;
  /** Start of the newest bucket in which it wanted a call. */
  demandAt: number;
  /** The newest bucket with anything in it. */
  lastBucket: number;
}

const CALLS = 0;
const FAILURES = 1;
const SLOW = 2;
const LAG = 3;
const CENSUS_FIELDS = 4;

const LIVE_WINDOWS = [10_000 / BUCKET_MS];
const LIVE = { ok: 0, failures: 1, slow: 2, rejected: 3, limited: 4, fields: 5 } as const;

/** What an instance wanted: all but the slow ones, which are among the others. */
const DEMAND = [LIVE.ok, LIVE.failures, LIVE.rejected, LIVE.limited];

/** Instances with the most failures, and of the rest those with the most calls, in one census row. */
const MOST_FAILURES = 24;
const MOST_CALLS = 8;

/** One breaker's instances on this hub, each with its own sliding windows, so that the census is exact. */
export class InstanceWindows {
  readonly #breaker: string;
  readonly #cells = new Map<string, Cell>();
  #version: number;
  #windowsMs: readonly number[];

  constructor(breaker: string, version: number, windowsMs: readonly number[]) {
    this.#breaker = breaker;
    this.#version = version;
    this.#windowsMs = windowsMs;
  }

  /** Counts begin anew with a version, and with other window lengths. */
  use(version: number, windowsMs: readonly number[]): void {
    const sameWindows = windowsMs.join() === this.#windowsMs.join();
    if (version === this.#version && sameWindows) return;
    this.#version = version;
    this.#windowsMs = windowsMs;
    if (sameWindows) for (const cell of this.#cells.values()) clearCell(cell);
    else this.#cells.clear();
  }

  add(reporter: Reporter, version: number, bucket: number, signal: SignalBucket): void {
    const cell = this.#cellOf(reporter, bucket);
    const [, ok = 0, failures = 0, slow = 0, , , rejected = 0, , lag = 0, , , limited = 0] = signal;
    if (version === this.#version && ok + failures + lag > 0) {
      cell.census.add(bucket, CALLS, ok + failures);
      cell.census.add(bucket, FAILURES, failures);
      cell.census.add(bucket, SLOW, slow);
      cell.census.add(bucket, LAG, lag);
      if (failures > 0) cell.failedAt = Math.max(cell.failedAt, bucket);
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

  /** Exact numbers for each window, as of bucket `now`; empty when nothing is in any window. */
  census(now: number): Census[] {
    for (const cell of this.#cells.values()) cell.census.advance(now);
    const rows = this.#windowsMs.map((windowMs, window) => this.#row(windowMs, window));
    return rows.some((row) => row.reporting > 0 || row.lag !== undefined) ? rows : [];
  }

  /** Instances that wanted a call at or after a time on the store's clock. */
  withDemand(since: number): string[] {
    const ids: string[] = [];
    for (const [id, cell] of this.#cells) if (cell.demandAt + BUCKET_MS > since) ids.push(id);
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
  live(now: number): (Reporter & Record<'ok' | 'failures' | 'slow' | 'rejected', number>)[] {
    const rows = [];
    for (const { reporter, live } of this.#cells.values()) {
      live.advance(now);
      if (live.isEmpty()) continue;
      rows.push({
        ...reporter,
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

  #cellOf(reporter: Reporter, bucket: number): Cell {
    let cell = this.#cells.get(reporter.instanceId);
    if (cell === undefined) {
      const windows = this.#windowsMs.map((ms) => Math.max(1, Math.ceil(ms / BUCKET_MS)));
      cell = {
        reporter,
        census: new Rolling(windows, CENSUS_FIELDS),
        live: new Rolling(LIVE_WINDOWS, LIVE.fields),
        failedAt: -1,
        demandAt: Number.NEGATIVE_INFINITY,
        lastBucket: bucket,
      };
      this.#cells.set(reporter.instanceId, cell);
    }
    return cell;
  }

  #row(windowMs: number, window: number): Census {
    let reporting = 0;
    let failing = 0;
    let slow = 0;
    let failures = 0;
    const lag = { instances: 0, reporting: 0, failing: 0 };
    for (const { census } of this.#cells.values()) {
      const calls = census.sum(window, CALLS);
      const lagging = census.sum(window, LAG);
      if (calls + lagging === 0) continue;
      const failed = census.sum(window, FAILURES);
      lag.reporting += 1;
      if (lagging > 0) lag.instances += 1;
      if (isFailingInstance(calls + lagging, failed + lagging)) lag.failing += 1;
      if (calls === 0) continue;
      reporting += 1;
      failures += failed;
      if (isFailingInstance(calls, failed)) failing += 1;
      // The same measure for slow calls.
      if (isFailingInstance(calls, census.sum(window, SLOW))) slow += 1;
    }
    return {
      breaker: this.#breaker,
      version: this.#version,
      windowMs,
      reporting,
      failing,
      slow,
      ...(lag.instances > 0 && { lag }),
      heaviest: failures + lag.instances === 0 ? [] : heaviestOf(this.#reporting(window)),
    };
  }

  #reporting(window: number): InstanceCounts[] {
    const instances: InstanceCounts[] = [];
    for (const { reporter, census, failedAt } of this.#cells.values()) {
      const calls = census.sum(window, CALLS);
      const localLag = census.sum(window, LAG);
      if (calls + localLag === 0) continue;
      const { instanceId, service, zone } = reporter;
      const failures = census.sum(window, FAILURES);
      instances.push({
        instanceId,
        service,
        zone,
        calls,
        failures,
        ...(failures > 0 && { lastFailureAt: failedAt * BUCKET_MS }),
        ...(localLag > 0 && { localLag }),
      });
    }
    return instances;
  }
}

function clearCell(cell: Cell): void {
  cell.census.clear();
  cell.failedAt = -1;
}

/** The instances whose weight may have to be bounded: those that fail most, and those that call most. */
export function heaviestOf(instances: readonly InstanceCounts[]): InstanceCounts[] {
  if (instances.length <= MOST_FAILURES + MOST_CALLS) return [...instances];
  const byFailures = [...instances].sort((a, b) => b.failures - a.failures || b.calls - a.calls);
  const byCalls = byFailures.slice(MOST_FAILURES).sort((a, b) => b.calls - a.calls);
  return [...byFailures.slice(0, MOST_FAILURES), ...byCalls.slice(0, MOST_CALLS)];
}
