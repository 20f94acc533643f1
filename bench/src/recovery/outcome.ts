/** A call by when it was wanted, and how it ended. */
export interface Ended {
  readonly start: number;
  readonly result: 'ok' | 'failed' | 'hang';
}

export interface RecoveryFigures {
  /** From the return to the first moment from which on all calls are served; null: not within the watch. */
  readonly fullMs: number | null;
  /** How often it served well and then failed most of its calls again. */
  readonly collapses: number;
  readonly served: number;
  readonly failed: number;
}

const SPAN_MS = 1_000;
/** Served in full: in so many spans in a row … */
const SPANS = 5;
/** … no less than this share of the load … */
const SERVED = 0.9;
/** … and hardly a failure. */
const FAILED = 0.01;
/** Collapsed: this share of the calls that were made failed. */
const COLLAPSED = 0.5;
/** Fewer say nothing. */
const MIN_CALLS = 10;

interface Span {
  ok: number;
  failed: number;
}

/** What became of a fleet's calls from `revivedAt` on, for `watchMs`. */
export function recoveryOf(
  calls: readonly Ended[],
  revivedAt: number,
  watchMs: number,
  callsPerSecond: number,
): RecoveryFigures {
  const spans = Array.from({ length: Math.floor(watchMs / SPAN_MS) }, (): Span => ({
    ok: 0,
    failed: 0,
  }));
  for (const { start, result } of calls) {
    const span = spans[Math.floor((start - revivedAt) / SPAN_MS)];
    if (span === undefined) continue;
    if (result === 'ok') span.ok += 1;
    else span.failed += 1;
  }
  const first = fullFrom(spans, (callsPerSecond * SPAN_MS) / 1_000);
  return {
    fullMs: first === null ? null : first * SPAN_MS,
    collapses: collapsesOf(spans),
    served: spans.reduce((sum, { ok }) => sum + ok, 0),
    failed: spans.reduce((sum, { failed }) => sum + failed, 0),
  };
}

function fullFrom(spans: readonly Span[], load: number): number | null {
  for (let from = 0; from + SPANS <= spans.length; from += 1) {
    const some = spans.slice(from, from + SPANS);
    const ok = some.reduce((sum, span) => sum + span.ok, 0);
    const failed = some.reduce((sum, span) => sum + span.failed, 0);
    const each = some.every((span) => span.ok >= load * SERVED);
    if (each && failed <= ok * FAILED) return from;
  }
  return null;
}

/** The return itself is the first good span, so that a fleet that never gets up again has collapsed once. */
function collapsesOf(spans: readonly Span[]): number {
  let collapses = 0;
  let good = true;
  for (const { ok, failed } of spans) {
    const made = ok + failed;
    if (made < MIN_CALLS) continue;
    const share = failed / made;
    if (good && share >= COLLAPSED) {
      good = false;
      collapses += 1;
    } else if (share <= 1 - SERVED) {
      good = true;
    }
  }
  return collapses;
}
