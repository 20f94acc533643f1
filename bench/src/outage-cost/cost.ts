/** A call by when it was wanted, when it ended, and what became of it. */
export interface Wanted {
  readonly start: number;
  readonly end: number;
  readonly result: 'ok' | 'failed' | 'rejected';
}

/** Of one outage, all on one clock in ms. */
export interface OutageTimes {
  readonly diedAt: number;
  readonly revivedAt: number;
  /** Calls from then on are not looked at. */
  readonly until: number;
}

/** What an outage cost its callers. */
export interface Cost {
  /** Calls that failed, after all their attempts. */
  readonly failed: number;
  /** Turned away while the dependency would have served them. */
  readonly wronglyTurnedAway: number;
  /** `failed + wronglyTurnedAway` */
  readonly lost: number;
  /** Turned away while it was dead, which is what a breaker is for. */
  readonly spared: number;
  /** Seconds that callers spent on calls that failed. */
  readonly waitedS: number;
  /** From the end of the outage on, until all calls were served; null: not within the watch. */
  readonly servedAgainAfterS: number | null;
  /** Lost before the outage: by the machine, not by the outage. */
  readonly lostBefore: number;
}

const SPAN_MS = 500;
/** All are served when in so many spans in a row … */
const SPANS = 10;
/** … no more than this share of the calls was lost. */
const LOST = 0.02;

interface Span {
  served: number;
  lost: number;
}

export function costOf(calls: readonly Wanted[], times: OutageTimes): Cost {
  const { diedAt, revivedAt, until } = times;
  const own = calls.filter(({ start }) => start >= diedAt && start < until);
  const failed = own.filter(({ result }) => result === 'failed');
  const rejected = own.filter(({ result }) => result === 'rejected');
  const wronglyTurnedAway = rejected.filter(({ start }) => start >= revivedAt).length;
  const waitedMs = failed.reduce((sum, { start, end }) => sum + end - start, 0);
  return {
    failed: failed.length,
    wronglyTurnedAway,
    lost: failed.length + wronglyTurnedAway,
    spared: rejected.length - wronglyTurnedAway,
    waitedS: Math.round(waitedMs / 100) / 10,
    servedAgainAfterS: servedAgainAfterS(calls, times),
    lostBefore: calls.filter(({ start, result }) => start < diedAt && result !== 'ok').length,
  };
}

/** From the end of the outage to the first five seconds in which nearly all calls are served; null: there are none. */
export function servedAgainAfterS(
  calls: readonly Wanted[],
  { revivedAt, until }: OutageTimes,
): number | null {
  const length = Math.max(0, Math.floor((until - revivedAt) / SPAN_MS));
  const spans = Array.from({ length }, (): Span => ({ served: 0, lost: 0 }));
  for (const { start, result } of calls) {
    const span = spans[Math.floor((start - revivedAt) / SPAN_MS)];
    if (span === undefined) continue;
    if (result === 'ok') span.served += 1;
    else span.lost += 1;
  }
  let good = 0;
  for (const [index, { served, lost }] of spans.entries()) {
    good = served > 0 && lost <= LOST * (served + lost) ? good + 1 : 0;
    if (good === SPANS) return ((index + 1 - SPANS) * SPAN_MS) / 1_000;
  }
  return null;
}
