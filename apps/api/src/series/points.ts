import { RecloserError, type SeriesPoint } from '@recloser/protocol';

const STEPS_S = [1, 10, 30, 60, 300, 900, 3_600];
const WANTED_POINTS = 400;
const MAX_POINTS = 5_000;

/** The step in ms: the one asked for, or the finest that keeps a chart readable. @throws RecloserError invalid_time */
export function stepFor(from: number, to: number, wantedS: number | null): number {
  const spanMs = to - from;
  if (wantedS === null) {
    const step = STEPS_S.find((seconds) => spanMs / (seconds * 1_000) <= WANTED_POINTS);
    return (step ?? 3_600) * 1_000;
  }
  const stepMs = wantedS * 1_000;
  if (spanMs / stepMs <= MAX_POINTS) return stepMs;
  throw new RecloserError(
    'invalid_time',
    `That would be more than ${MAX_POINTS} points. Ask for a longer step or a shorter time.`,
  );
}

/** Both lists' sums per step, ascending. */
export function mergePoints(
  stored: readonly SeriesPoint[],
  live: readonly SeriesPoint[],
  stepMs: number,
): SeriesPoint[] {
  const sums = new Map<number, SeriesPoint>();
  for (const point of [...stored, ...live]) {
    const at = Math.floor(point.at / stepMs) * stepMs;
    const sum = sums.get(at);
    sums.set(at, sum ? add(sum, point) : pick(at, point));
  }
  return [...sums.values()].sort((a, b) => a.at - b.at);
}

function pick(at: number, point: SeriesPoint): SeriesPoint {
  const { ok, failures, rejected, slow, timeouts, stalled, throttled, localLag } = point;
  return { at, ok, failures, rejected, slow, timeouts, stalled, throttled, localLag };
}

function add(a: SeriesPoint, b: SeriesPoint): SeriesPoint {
  return {
    at: a.at,
    ok: a.ok + b.ok,
    failures: a.failures + b.failures,
    rejected: a.rejected + b.rejected,
    slow: a.slow + b.slow,
    timeouts: a.timeouts + b.timeouts,
    stalled: a.stalled + b.stalled,
    throttled: a.throttled + b.throttled,
    localLag: a.localLag + b.localLag,
  };
}
