/** The stretch of time that a breaker's page shows; lives in the address, so that a moment can be shared. */

export const RANGES = {
  '5m': { label: '5 min', ms: 300_000 },
  '1h': { label: '1 h', ms: 3_600_000 },
  '6h': { label: '6 h', ms: 21_600_000 },
  '24h': { label: '24 h', ms: 86_400_000 },
  '7d': { label: '7 d', ms: 604_800_000 },
  '30d': { label: '30 d', ms: 2_592_000_000 },
} as const;
export type Range = keyof typeof RANGES;
export const RANGE_NAMES = Object.keys(RANGES) as Range[];

export interface Span {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

export type ChartView =
  /** Moves along with the present. */
  { readonly kind: 'live'; readonly range: Range } | ({ readonly kind: 'fixed' } & Span);

export interface Moment {
  readonly view: ChartView;
  /** The moment that is pointed at, or null. */
  readonly at: number | null;
}

const SHORTEST_MS = 10_000;
const LONGEST_MS = RANGES['30d'].ms;
/** Shown on both sides of a moment that came alone. */
const AROUND_MS = 15 * 60_000;
const YEAR_3000 = 32_503_680_000_000;

function timeIn(query: URLSearchParams, name: string): number | null {
  const text = query.get(name) ?? '';
  const value = /^\d{1,15}$/.test(text)
    ? Number(text)
    : /^\d{4}-\d{2}-\d{2}T/.test(text)
      ? Date.parse(text)
      : Number.NaN;
  return Number.isFinite(value) && value > 0 && value < YEAR_3000 ? value : null;
}

/** Times may be milliseconds or ISO 8601. What makes no sense is the last five minutes. */
export function parseMoment(query: URLSearchParams): Moment {
  const at = timeIn(query, 'at');
  const [from, to] = [timeIn(query, 'from'), timeIn(query, 'to')];
  if (from !== null && to !== null && to - from >= SHORTEST_MS) {
    return { view: { kind: 'fixed', ...bounded({ from, to }) }, at };
  }
  if (at !== null) {
    return { view: { kind: 'fixed', from: at - AROUND_MS, to: at + AROUND_MS }, at };
  }
  const range = RANGE_NAMES.find((name) => name === query.get('range')) ?? '5m';
  return { view: { kind: 'live', range }, at };
}

/** "?from=…&to=…&at=…", or "" for the last five minutes. */
export function momentQuery({ view, at }: Moment): string {
  const query = new URLSearchParams();
  if (view.kind === 'live' && view.range !== '5m') query.set('range', view.range);
  if (view.kind === 'fixed') {
    query.set('from', String(Math.round(view.from)));
    query.set('to', String(Math.round(view.to)));
  }
  if (at !== null) query.set('at', new Date(at).toISOString());
  const written = query.toString();
  return written === '' ? '' : `?${written}`;
}

export function spanOf(view: ChartView, now: number): Span {
  return view.kind === 'live' ? { from: now - RANGES[view.range].ms, to: now } : view;
}

function bounded({ from, to }: Span): Span {
  const length = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, to - from));
  const middle = (from + to) / 2;
  return { from: middle - length / 2, to: middle + length / 2 };
}

/** A part of the time that was brushed; the shortest allowed when it is too short. */
export function brushed(from: number, to: number): ChartView {
  return { kind: 'fixed', ...bounded({ from: Math.min(from, to), to: Math.max(from, to) }) };
}

/** The same middle with `factor` times the length: 0.5 looks closer, 2 from farther away. Never beyond `now`. */
export function zoomed(view: ChartView, factor: number, now: number): ChartView {
  const { from, to } = spanOf(view, now);
  const half = ((to - from) * factor) / 2;
  const middle = (from + to) / 2;
  return back(bounded({ from: middle - half, to: middle + half }), now);
}

/** Half of its length earlier (−1) or later (+1). */
export function moved(view: ChartView, direction: -1 | 1, now: number): ChartView {
  const { from, to } = spanOf(view, now);
  const by = ((to - from) / 2) * direction;
  return back({ from: from + by, to: to + by }, now);
}

function back({ from, to }: Span, now: number): ChartView {
  const over = Math.max(0, to - now);
  return { kind: 'fixed', from: from - over, to: to - over };
}

/** Steps that rollups can be summed to, in seconds. */
const STEPS_S = [1, 10, 30, 60, 300, 900, 1_800, 3_600] as const;
const POINTS = 400;

/** The finest step in seconds that keeps the chart readable. */
export function stepOf({ from, to }: Span): number {
  return STEPS_S.find((step) => (to - from) / (step * 1_000) <= POINTS) ?? 3_600;
}
