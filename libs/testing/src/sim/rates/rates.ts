import { Draws, Failures } from './draws.js';
import { RateFleet } from './rate-fleet.js';
import { limitOf, type RateRow, rowName, upperBound, type Window } from './rate-rows.js';

const HOUR_MS = 3_600_000;
/** Blips lie this far apart, and up to a second more. */
const APART_MS = 10_000;
const IDLE_MS = 35_000;
const AFTER_MS = 2_000;
const STEP_MS = 50;
/** Even a healthy dependency fails now and then. */
const CALM_SHARE = 0.01;
const WARM_MS = 35_000;
const LONGEST_MS = 120_000;

/** A part of one row of one fleet: what a thread is told. */
export interface RateOrder {
  readonly seed: number;
  readonly instances: number;
  readonly callsPerSecond: number;
  readonly row: RateRow;
  /** Simulated time; of deaths: how many there are. */
  readonly amount: number;
}

/** What came of an order. */
export interface RatePart {
  readonly order: RateOrder;
  readonly openings: number;
  /** From the first failure to the decision to open, in ms; null: not within two minutes. Only of deaths. */
  readonly times: readonly (number | null)[];
}

/** Counts what one fleet's rule opens on. The same order gives the same result. */
export function ratesOf(order: RateOrder): RatePart {
  const { seed, instances, callsPerSecond, row, amount } = order;
  const random = new Draws(seed);
  const fleet = (): RateFleet => new RateFleet({ instances, callsPerSecond, random });
  if (row.kind === 'steady') {
    return { order, openings: steady(fleet(), row.share, amount), times: [] };
  }
  if (row.kind === 'blips') {
    const { lastsMs, window } = row;
    return {
      order,
      openings: blips(fleet(), { lastsMs, window, hours: amount }, random),
      times: [],
    };
  }
  const times = Array.from({ length: amount }, () => timeToOpen(fleet(), row.share, random));
  return { order, openings: times.filter((time) => time !== null).length, times };
}

/** All parts of one row of one fleet together. */
export interface RateResult {
  readonly instances: number;
  readonly callsPerSecond: number;
  readonly row: RateRow;
  readonly openings: number;
  readonly hours: number;
  /** The most openings an hour that this leaves possible, with 95% confidence; null of deaths. */
  readonly mostPerHour: number | null;
  readonly medianMs: number | null;
  readonly p95Ms: number | null;
}

/** Sums up the parts of one row of one fleet. */
export function together(parts: readonly RatePart[]): RateResult | null {
  const [first] = parts;
  if (first === undefined) return null;
  const { instances, callsPerSecond, row } = first.order;
  const openings = parts.reduce((sum, part) => sum + part.openings, 0);
  const about = { instances, callsPerSecond, row, openings };
  if (row.kind === 'death') {
    const times = parts.flatMap((part) => part.times.map((time) => time ?? Infinity));
    const [medianMs, p95Ms] = [percentile(times, 0.5), percentile(times, 0.95)];
    return { ...about, hours: 0, mostPerHour: null, medianMs, p95Ms };
  }
  const hours = parts.reduce((sum, part) => sum + part.order.amount, 0);
  return { ...about, hours, mostPerHour: upperBound(openings, hours), medianMs: null, p95Ms: null };
}

/** In words: the limit that a row misses beyond what is chance in so many hours; null: it keeps it. */
export function missedBy({
  instances,
  callsPerSecond,
  row,
  openings,
  hours,
}: RateResult): string | null {
  if (row.kind === 'death') return null;
  const most = limitOf(row, callsPerSecond) * hours;
  if (openings <= most + (most > 0 ? 2 * Math.sqrt(most) + 1 : 0)) return null;
  return `${instances} instances, ${callsPerSecond} calls/s: ${openings} openings in ${hours} h at ${rowName(row)}`;
}

/** After an opening it begins anew, so that one trouble is not counted twice. */
function steady(fleet: RateFleet, share: number, hours: number): number {
  const failures = new Failures(share);
  let openings = 0;
  while (fleet.now < hours * HOUR_MS) {
    if (fleet.run(hours * HOUR_MS - fleet.now, failures) === null) break;
    openings += 1;
    fleet.forget();
  }
  return openings;
}

interface Blips {
  readonly lastsMs: number;
  readonly window: Window;
  readonly hours: number;
}

/** Total failures that lie ten seconds of calls apart; before each the window is made what it is to be. */
function blips(fleet: RateFleet, { lastsMs, window, hours }: Blips, random: Draws): number {
  const [calm, all] = [new Failures(CALM_SHARE), new Failures(1)];
  let openings = 0;
  while (fleet.now < hours * HOUR_MS) {
    // So that it begins anywhere in a bucket.
    const calmMs = APART_MS + STEP_MS * random.below(20);
    const before = fleet.run(calmMs, window === 'new' ? null : calm);
    if (window === 'idle') fleet.run(IDLE_MS, null);
    if (window === 'just closed') fleet.forget();
    const during = before ?? fleet.run(lastsMs, all);
    // Its last counts are on their way for a second yet.
    if ((during ?? fleet.run(AFTER_MS, calm)) !== null) {
      openings += 1;
      fleet.forget();
    }
    if (window === 'new') fleet.forget();
  }
  return openings;
}

function timeToOpen(fleet: RateFleet, share: number, random: Draws): number | null {
  fleet.run(WARM_MS + STEP_MS * random.below(20), new Failures(CALM_SHARE));
  const from = fleet.now;
  const opened = fleet.run(LONGEST_MS, new Failures(share));
  return opened === null ? null : opened - from;
}

function percentile(values: readonly number[], p: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? Infinity;
  return Number.isFinite(value) ? Math.round(value) : null;
}
