/** Of each there are rows: steady shares of failing calls, blips that end before a breaker may open, and deaths. */
const STEADY = [0.05, 0.2, 0.3, 0.35] as const;
const HEAVY = [0.45, 0.5, 0.6, 0.7, 0.75, 1] as const;
const BLIPS_MS = [500, 1_000] as const;
const WINDOWS = ['warm', 'new', 'idle', 'just closed'] as const;
/** What the windows have seen before a blip. */
export type Window = (typeof WINDOWS)[number];

export type RateRow =
  /** Calls of which this share fails, all the time. */
  | { readonly kind: 'steady'; readonly share: number }
  /** Total failures of this length that lie ten seconds of calls apart. */
  | { readonly kind: 'blips'; readonly lastsMs: number; readonly window: Window }
  /** Calls of which this share fails from a moment on. */
  | { readonly kind: 'death'; readonly share: number };

/** All rows of one fleet and load. */
export const RATE_ROWS: readonly RateRow[] = [
  ...STEADY.map((share) => ({ kind: 'steady', share }) as const),
  ...BLIPS_MS.flatMap((lastsMs) =>
    WINDOWS.map((window) => ({ kind: 'blips', lastsMs, window }) as const),
  ),
  ...HEAVY.map((share) => ({ kind: 'death', share }) as const),
];

/** In words, as tables say it. */
export function rowName(row: RateRow): string {
  if (row.kind === 'blips') return `${row.lastsMs} ms, ${row.window}`;
  return `${row.share * 100}%`;
}

/** Openings an hour that are allowed; 0 is none at all. */
export function limitOf(row: RateRow, callsPerSecond: number): number {
  if (row.kind !== 'steady' || row.share < 0.3) return 0;
  if (row.share < 0.35) return callsPerSecond >= 20 ? 0 : 0.01;
  return 0.02;
}

/**
 * The most openings an hour that so many in so many hours leave possible, with 95% confidence: where Poisson's
 * distribution has a chance of 5% to show as few (Garwood 1936). Without any it is 3 / hours.
 */
export function upperBound(openings: number, hours: number): number {
  if (hours <= 0) return Infinity;
  const chanceOfAsFew = (mean: number): number => {
    let term = Math.exp(-mean);
    let sum = term;
    for (let k = 1; k <= openings; k += 1) sum += term *= mean / k;
    return sum;
  };
  let [low, high] = [0, openings + 4 * Math.sqrt(openings + 1) + 4];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (chanceOfAsFew(middle) > 0.05) low = middle;
    else high = middle;
  }
  return high / hours;
}
