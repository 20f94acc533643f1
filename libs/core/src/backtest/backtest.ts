import { callsOf } from '../model/counts.js';
import type { Counts, Millis, Policy, TransitionCause } from '../model/model.js';
import { coolDownFor, ladderMs, recoveryLimit } from '../recovery/state.js';
import { addSpan, noExcess } from '../trip/excess.js';
import { isExcessive, type Measure, toleratedOf } from '../trip/trip.js';
import { excessPhrase } from '../text/trip-summary.js';
import { formatDuration, formatRate, group, plural } from '../model/words.js';

/** The sums of one breaker over one stored span. */
export interface PastCounts {
  /** Start of the span. */
  readonly at: Millis;
  readonly widthMs: number;
  readonly counts: Counts;
}

/** A span of time, its end not included. */
export interface TimeSpan {
  readonly from: Millis;
  readonly to: Millis;
}

/** Once that the policy would have opened the breaker. */
export interface PastTrip {
  readonly at: Millis;
  readonly cause: TransitionCause;
  /** Why, with the figures. */
  readonly summary: string;
  /** About when it would have been closed again; null: the counts do not tell. */
  readonly closedAt: Millis | null;
}

export interface BacktestResult {
  /** The first `TRIPS_MAX`, in order. */
  readonly trips: readonly PastTrip[];
  /** Of all of them. */
  readonly tripCount: number;
  /** Failed and counted calls in the time that was looked at. */
  readonly calls: number;
  readonly failures: number;
}

const TRIPS_MAX = 200;
const MEASURES = ['failures', 'slow'] as const satisfies readonly Measure[];
/** In the middle of what the jitter adds. */
const JITTER = 0.5;

interface Opening {
  readonly cause: TransitionCause;
  readonly summary: string;
}

interface Outage extends Opening {
  readonly at: Millis;
  readonly outageStartedAt: Millis;
  readonly relapses: number;
  /** When the dependency would be asked next. */
  readonly probeAt: Millis;
  readonly rateBefore: number;
}

/**
 * Puts a policy to stored counts, with the code that decides today. Give it spans in order, then ask for the result.
 *
 * It is approximate, and errs towards opening: counts were stored by the second (ten seconds without failures), not by
 * buckets of 250 ms; counts of instances were not stored, so a quorum is taken as reached. An open breaker would have kept
 * calls away, which nobody can replay: it is taken to probe with the calls that were really made. Linear in the spans.
 */
export class Backtest {
  readonly #policy: Policy;
  /** While the breaker was not closed nothing tells what more calls would have done. */
  readonly #unknown: readonly TimeSpan[];
  readonly #excess = { failures: noExcess(), slow: noExcess() };
  /** Calls before the present excess, for the rate that is usual here. */
  #before = { calls: 0, failures: 0 };
  readonly #trips: PastTrip[] = [];
  #tripCount = 0;
  #calls = 0;
  #failures = 0;
  #nextUnknown = 0;
  #run = { failures: 0, startedAt: 0 };
  #outage: Outage | null = null;
  /** Until then the ramp would have lasted. */
  #closedAt = Number.NEGATIVE_INFINITY;
  #relapses = 0;

  constructor(policy: Policy, unknown: readonly TimeSpan[]) {
    this.#policy = policy;
    this.#unknown = unknown;
  }

  /** The next span; each begins where the one before ends, or later. */
  push(span: PastCounts): void {
    const end = span.at + span.widthMs;
    if (this.#isUnknown(span.at, end)) {
      this.#forget();
      return;
    }
    this.#calls += callsOf(span.counts);
    this.#failures += span.counts.failures;
    this.#addExcess(span);
    this.#countRun(span);
    if (this.#outage !== null) this.#recover(this.#outage, span, end);
    else if (span.at >= this.#closedAt) this.#look(span, end);
  }

  /** What the policy would have done. */
  result(): BacktestResult {
    this.#forget();
    return {
      trips: this.#trips,
      tripCount: this.#tripCount,
      calls: this.#calls,
      failures: this.#failures,
    };
  }

  #isUnknown(from: Millis, to: Millis): boolean {
    let span = this.#unknown[this.#nextUnknown];
    while (span !== undefined && span.to <= from) {
      this.#nextUnknown += 1;
      span = this.#unknown[this.#nextUnknown];
    }
    return span !== undefined && span.from < to;
  }

  /** From here on nothing is known of what was before. */
  #forget(): void {
    if (this.#outage !== null) this.#note(this.#outage, null);
    this.#outage = null;
    this.#clear();
    this.#run = { failures: 0, startedAt: 0 };
  }

  #countRun({ at, counts }: PastCounts): void {
    // Whether a success came before or after the failures of its span is not known.
    if (counts.ok > 0) this.#run = { failures: 0, startedAt: 0 };
    else if (counts.failures > 0) {
      const { failures, startedAt } = this.#run;
      const begins = failures === 0 ? at : startedAt;
      this.#run = { failures: failures + counts.failures, startedAt: begins };
    }
  }

  #addExcess({ at, widthMs, counts }: PastCounts): void {
    const calls = callsOf(counts);
    for (const by of MEASURES) {
      const tolerated = toleratedOf(this.#policy, by);
      const bad = Math.min(calls, counts[by]);
      if (tolerated !== null) addSpan(this.#excess[by], { at, ms: widthMs, calls, bad }, tolerated);
    }
    if (this.#excess.failures.startedAt !== null) return;
    this.#before.calls += calls;
    this.#before.failures += counts.failures;
  }

  #look(span: PastCounts, end: Millis): void {
    const opening = this.#opening(end);
    if (opening === null) return;
    const { stableMs } = this.#policy.recovery;
    this.#relapses = end < this.#closedAt + stableMs ? this.#relapses + 1 : 0;
    const { calls, failures } = this.#before;
    const outageStartedAt = this.#excess.failures.startedAt ?? span.at;
    const facts = { relapses: this.#relapses, outageStartedAt };
    this.#outage = {
      ...opening,
      ...facts,
      at: end,
      probeAt: end + coolDownFor(this.#policy, facts, end, JITTER),
      rateBefore: calls === 0 ? 0 : Math.min(failures / calls, this.#policy.trip.toleratedRate / 2),
    };
  }

  #opening(end: Millis): Opening | null {
    for (const by of MEASURES) {
      const tolerated = toleratedOf(this.#policy, by);
      const excess = this.#excess[by];
      if (tolerated === null || !isExcessive(this.#policy, excess, tolerated)) continue;
      const { calls, bad, observedMs, excessMs } = excess;
      return {
        cause: by === 'failures' ? 'excess_failures' : 'excess_slow',
        summary:
          `${excessPhrase(by, excessMs, tolerated)}: ${group(bad)} of ${plural(calls, 'call')} ` +
          `(${formatRate(bad / calls)}) in ${formatDuration(observedMs)}.`,
      };
    }
    const { consecutive } = this.#policy;
    const { failures, startedAt } = this.#run;
    return consecutive !== null &&
      failures >= consecutive.failures &&
      end - startedAt <= consecutive.withinMs
      ? { cause: 'consecutive', summary: `${plural(failures, 'call')} failed in a row.` }
      : null;
  }

  #clear(): void {
    this.#excess.failures = noExcess();
    this.#excess.slow = noExcess();
    this.#before = { calls: 0, failures: 0 };
  }

  /** The first calls after the cool-down stand for the probes. */
  #recover(outage: Outage, { at, counts }: PastCounts, end: Millis): void {
    const calls = callsOf(counts);
    if (end <= outage.probeAt || calls === 0) return;
    if (counts.failures / calls > recoveryLimit(this.#policy, outage.rateBefore)) {
      this.#outage = { ...outage, probeAt: end + coolDownFor(this.#policy, outage, end, JITTER) };
      return;
    }
    const recoveredAt = Math.max(at, outage.probeAt);
    this.#closedAt = recoveredAt + ladderMs(this.#policy, outage, recoveredAt);
    this.#note(outage, this.#closedAt);
    this.#outage = null;
    // Outcomes count under the state in which they were admitted.
    this.#clear();
  }

  #note({ at, cause, summary }: Outage, closedAt: Millis | null): void {
    this.#tripCount += 1;
    if (this.#trips.length === TRIPS_MAX) return;
    this.#trips.push({ at, cause, summary, closedAt });
  }
}

/** The spans of [from, to) in which the breaker was not closed, from its changes in order. */
export function notClosedSpans(
  changes: readonly { readonly at: Millis; readonly closed: boolean }[],
  from: Millis,
  to: Millis,
): TimeSpan[] {
  const spans: TimeSpan[] = [];
  let since: Millis | null = null;
  for (const { at, closed } of changes) {
    if (!closed) since ??= Math.max(from, at);
    else if (since !== null) {
      if (at > since) spans.push({ from: since, to: Math.min(to, at) });
      since = null;
    }
  }
  if (since !== null && since < to) spans.push({ from: since, to });
  return spans;
}
