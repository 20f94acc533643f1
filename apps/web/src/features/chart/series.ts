import type { Series, SeriesPoint } from '@recloser/protocol';
import type { SecondCounts } from '../live/live-state';

/** What a chart needs: aligned columns, per second. `time` in seconds, as uPlot wants it. */
export interface ChartData {
  readonly time: readonly number[];
  /** Percent 0…100; null without calls. */
  readonly rate: readonly (number | null)[];
  readonly ok: readonly number[];
  readonly failures: readonly number[];
  readonly rejected: readonly number[];
  readonly slow: readonly number[];
  /** Milliseconds; null where none were told. */
  readonly p50: readonly (number | null)[];
  readonly p95: readonly (number | null)[];
  readonly p99: readonly (number | null)[];
}

export const NO_DATA: ChartData = {
  time: [],
  rate: [],
  ok: [],
  failures: [],
  rejected: [],
  slow: [],
  p50: [],
  p95: [],
  p99: [],
};

export const PERCENTILES = ['p50', 'p95', 'p99'] as const;

type Counted = Pick<SeriesPoint, 'at' | 'ok' | 'failures' | 'rejected' | 'slow' | 'latency'>;

interface Point extends Counted {
  readonly perSecond: number;
}

/**
 * Stored points up to where the live seconds begin, then those. A stretch without any point is a stretch without
 * calls: it is drawn as zeros at both of its ends, not as a slope over it.
 */
export function chartData(
  series: Series | undefined,
  live: readonly SecondCounts[],
  from: number,
  to: number,
): ChartData {
  const stepMs = Math.max(1_000, series?.stepMs ?? 1_000);
  const liveFrom = stepMs > 1_000 ? Infinity : (live[0]?.at ?? Infinity);
  const told = spread(series?.points ?? [], stepMs);
  const stored: Point[] = told
    .filter((point) => point.at < liveFrom)
    .map((point) => ({ ...point, perSecond: 1_000 / stepMs }));
  const recent: Point[] =
    liveFrom === Infinity
      ? []
      : withLatencies(live, told).map((second) => ({ ...second, perSecond: 1 }));
  const points = [...stored, ...recent].filter(({ at }) => at >= from - stepMs && at <= to);
  return columns(withZeros(points, stepMs, to));
}

/** The feed has no latencies: the stored points tell them, some seconds later. */
function withLatencies(
  live: readonly SecondCounts[],
  told: readonly Counted[],
): readonly Counted[] {
  const latencies = new Map(told.map(({ at, latency }) => [at, latency]));
  return live.map((second) => {
    const latency = latencies.get(second.at);
    return latency === undefined ? second : { ...second, latency };
  });
}

/** How late the feed's newest second may be. */
const LATE_MS = 5_000;

const SUM_MS = 10_000;

/**
 * Healthy stretches are stored as sums of ten seconds, which come at their start: a point on such a boundary that is
 * alone in its ten seconds. In a finer chart it is shared out over them.
 */
function spread(points: readonly SeriesPoint[], stepMs: number): readonly Counted[] {
  if (stepMs >= SUM_MS) return points;
  const parts = SUM_MS / stepMs;
  return points.flatMap((point, index): readonly Counted[] => {
    const next = points[index + 1]?.at ?? Infinity;
    const alone = point.at % SUM_MS === 0 && next - point.at >= SUM_MS;
    if (!alone) return [point];
    return Array.from({ length: parts }, (_, part) => ({
      at: point.at + part * stepMs,
      ok: point.ok / parts,
      failures: point.failures / parts,
      rejected: point.rejected / parts,
      slow: point.slow / parts,
      ...(point.latency !== undefined && { latency: point.latency }),
    }));
  });
}

function withZeros(points: readonly Point[], stepMs: number, to: number): Point[] {
  const zero = (at: number): Point => ({
    at,
    perSecond: 1,
    ok: 0,
    failures: 0,
    rejected: 0,
    slow: 0,
  });
  const filled: Point[] = [];
  points.forEach((point, index) => {
    filled.push(point);
    const next = points[index + 1]?.at;
    // The newest counts are seconds old: only a longer silence at the end is one.
    const silent =
      next === undefined ? to - point.at > 2 * LATE_MS + stepMs : next - point.at > 2.5 * stepMs;
    if (!silent) return;
    filled.push(zero(point.at + stepMs), zero((next ?? to - LATE_MS) - stepMs));
  });
  return filled;
}

function columns(points: readonly Point[]): ChartData {
  return {
    time: points.map(({ at }) => at / 1_000),
    rate: points.map(({ ok, failures }) =>
      ok + failures === 0 ? null : (100 * failures) / (ok + failures),
    ),
    ok: points.map(({ ok, perSecond }) => ok * perSecond),
    failures: points.map(({ failures, perSecond }) => failures * perSecond),
    rejected: points.map(({ rejected, perSecond }) => rejected * perSecond),
    slow: points.map(({ slow, perSecond }) => slow * perSecond),
    p50: points.map(({ latency }) => latency?.p50 ?? null),
    p95: points.map(({ latency }) => latency?.p95 ?? null),
    p99: points.map(({ latency }) => latency?.p99 ?? null),
  };
}

/** One point of the chart; percent and ms. */
export interface LatencyMoment {
  readonly at: number;
  readonly rate: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number;
}

/** The time in `parts` of the same length, and the moment of each at which P99 was highest. */
export function slowestMoments(data: ChartData, parts: number): readonly LatencyMoment[] {
  const first = data.time[0] ?? 0;
  const length = Math.max(1, (data.time.at(-1) ?? 0) - first) / parts;
  const slowest = new Map<number, LatencyMoment>();
  data.time.forEach((time, index) => {
    const p99 = data.p99[index] ?? null;
    const part = Math.min(parts - 1, Math.floor((time - first) / length));
    if (p99 === null || p99 <= (slowest.get(part)?.p99 ?? -1)) return;
    const at = (column: readonly (number | null)[]) => column[index] ?? null;
    slowest.set(part, {
      at: time * 1_000,
      rate: at(data.rate),
      p50: at(data.p50),
      p95: at(data.p95),
      p99,
    });
  });
  return [...slowest.values()];
}
