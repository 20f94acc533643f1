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
}

type Counted = Pick<SeriesPoint, 'at' | 'ok' | 'failures' | 'rejected' | 'slow'>;

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
  const stored: Point[] = spread(series?.points ?? [], stepMs)
    .filter((point) => point.at < liveFrom)
    .map((point) => ({ ...point, perSecond: 1_000 / stepMs }));
  const recent: Point[] =
    liveFrom === Infinity ? [] : live.map((second) => ({ ...second, perSecond: 1 }));
  const points = [...stored, ...recent].filter(({ at }) => at >= from - stepMs && at <= to);
  return columns(withZeros(points, stepMs, to));
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
  return points.flatMap((point, index) => {
    const next = points[index + 1]?.at ?? Infinity;
    const alone = point.at % SUM_MS === 0 && next - point.at >= SUM_MS;
    if (!alone) return [point];
    return Array.from({ length: parts }, (_, part) => ({
      at: point.at + part * stepMs,
      ok: point.ok / parts,
      failures: point.failures / parts,
      rejected: point.rejected / parts,
      slow: point.slow / parts,
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
  };
}
