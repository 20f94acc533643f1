import { Random } from '../random.js';
import { RateFleet } from './rate-fleet.js';

const HOUR_MS = 3_600_000;
/** After an opening it begins anew, so that one trouble is not counted twice. */
const STEADY = [0.05, 0.2, 0.3, 0.35] as const;
const HEAVY = [0.45, 0.5, 0.6, 0.7, 0.75, 1] as const;
const BLIPS_MS = [500, 1_000] as const;
const WINDOWS = ['warm', 'new', 'idle', 'just closed'] as const;
type Window = (typeof WINDOWS)[number];
/** Blips lie this far apart, and up to a second more. */
const APART_MS = 10_000;
const IDLE_MS = 35_000;
const AFTER_MS = 2_000;
const STEP_MS = 50;
/** Even a healthy dependency fails now and then. */
const calm = (): number => 0.01;
const WARM_MS = 35_000;
const LONGEST_MS = 120_000;

export interface RateOrder {
  readonly seed: number;
  readonly instances: number;
  readonly callsPerSecond: number;
  /** Of each steady share, and of blips of each length. */
  readonly hours: number;
  /** How often each heavy share is tried. */
  readonly deaths: number;
}

/** False openings, and times to open, of one fleet. */
export interface RateResult {
  readonly instances: number;
  readonly callsPerSecond: number;
  /** Openings at a steady share of failing calls. */
  readonly steady: readonly Counted[];
  /** Openings by total failures of so many ms. */
  readonly blips: readonly (Counted & { readonly window: Window })[];
  /** From the first failure to the decision to open, in ms; null: not within two minutes. */
  readonly opening: readonly {
    readonly failing: number;
    readonly medianMs: number | null;
    readonly p95Ms: number | null;
  }[];
}

interface Counted {
  /** Share of the calls, or length of the blips in ms. */
  readonly of: number;
  readonly openings: number;
  readonly hours: number;
}

/** Counts what one fleet's rule opens on. The same order gives the same result. */
export function ratesOf({ seed, instances, callsPerSecond, hours, deaths }: RateOrder): RateResult {
  const random = new Random(seed);
  const fleet = (): RateFleet =>
    new RateFleet({ instances, callsPerSecond, random: random.fork() });
  return {
    instances,
    callsPerSecond,
    steady: STEADY.map((share) => ({ of: share, ...steady(fleet(), share, hours) })),
    blips: BLIPS_MS.flatMap((lastsMs) =>
      WINDOWS.map((window) => ({
        of: lastsMs,
        window,
        ...blips(fleet(), lastsMs, window, hours / WINDOWS.length, random.fork()),
      })),
    ),
    opening: HEAVY.map((share) => {
      const times = Array.from({ length: deaths }, () => timeToOpen(fleet(), share, random));
      return { failing: share, medianMs: percentile(times, 0.5), p95Ms: percentile(times, 0.95) };
    }),
  };
}

/** Openings an hour that are too many, by what failed; 0 is none at all. */
function limitOf(share: number, callsPerSecond: number): number {
  if (share < 0.3) return 0;
  if (share < 0.35) return callsPerSecond >= 20 ? 0 : 0.01;
  return 0.02;
}

/** In words: the limits that one fleet misses, beyond what is chance in so many hours. */
export function missedBy({ instances, callsPerSecond, steady, blips }: RateResult): string[] {
  const fleet = `${instances} instances, ${callsPerSecond} calls/s`;
  const isMissed = (openings: number, perHour: number, hours: number): boolean => {
    const most = perHour * hours;
    return openings > most + (most > 0 ? 2 * Math.sqrt(most) + 1 : 0);
  };
  return [
    ...steady
      .filter(({ of, openings, hours }) => isMissed(openings, limitOf(of, callsPerSecond), hours))
      .map(
        ({ of, openings, hours }) => `${fleet}: ${openings} openings in ${hours} h at ${of * 100}%`,
      ),
    ...blips
      .filter(({ openings }) => openings > 0)
      .map(({ of, window, openings }) => `${fleet}: ${openings} openings by ${of} ms, ${window}`),
  ];
}

function steady(fleet: RateFleet, share: number, hours: number): Omit<Counted, 'of'> {
  let openings = 0;
  while (fleet.now < hours * HOUR_MS) {
    if (fleet.run(hours * HOUR_MS - fleet.now, () => share) === null) break;
    openings += 1;
    fleet.forget();
  }
  return { openings, hours };
}

/** Total failures that lie ten seconds of calls apart; before each the window is made what it is to be. */
function blips(
  fleet: RateFleet,
  lastsMs: number,
  window: Window,
  hours: number,
  random: Random,
): Omit<Counted, 'of'> {
  let openings = 0;
  while (fleet.now < hours * HOUR_MS) {
    // So that it begins anywhere in a bucket.
    const calmMs = APART_MS + STEP_MS * random.below(20);
    const before = window === 'new' ? fleet.run(calmMs, () => null) : fleet.run(calmMs, calm);
    if (window === 'idle') fleet.run(IDLE_MS, () => null);
    if (window === 'just closed') fleet.forget();
    const during = before ?? fleet.run(lastsMs, () => 1);
    // Its last counts are on their way for a second yet.
    if ((during ?? fleet.run(AFTER_MS, calm)) !== null) {
      openings += 1;
      fleet.forget();
    }
    if (window === 'new') fleet.forget();
  }
  return { openings, hours };
}

function timeToOpen(fleet: RateFleet, share: number, random: Random): number {
  fleet.run(WARM_MS + STEP_MS * random.below(20), calm);
  const from = fleet.now;
  const opened = fleet.run(LONGEST_MS, () => share);
  return opened === null ? Infinity : opened - from;
}

function percentile(values: readonly number[], p: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? Infinity;
  return Number.isFinite(value) ? Math.round(value) : null;
}
