import { callsOf } from '../counts.js';
import { rateBefore } from '../recovery/decide.js';
import { withLagCounted } from '../trip/lag.js';
import type { Evidence, Millis, Policy, TransitionCause, WindowEvidence } from '../model.js';
import { coolDownFor, ladderMs, recoveryLimit } from '../recovery/state.js';
import { evaluateTrip, type TripVerdict } from '../trip/trip.js';
import { formatDuration, formatRate, group, plural } from '../words.js';
import { type PastCounts, PastWindow } from './past-window.js';

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
/** In the middle of what the jitter adds. */
const JITTER = 0.5;

interface Outage {
  readonly verdict: TripVerdict;
  readonly at: Millis;
  readonly relapses: number;
  /** When the dependency would be asked next. */
  readonly probeAt: Millis;
  readonly rateBefore: number;
}

/**
 * Puts a policy to stored counts, with the code that decides today. Give it spans in order, then ask for the result.
 *
 * It is approximate, and errs towards tripping: counts were stored by the second (ten seconds without failures), not by
 * buckets of 250 ms; counts of instances were not stored, so a quorum is taken as reached. A trip would have kept calls
 * away, which nobody can replay: the breaker is taken to probe with the calls that were really made. Linear in the
 * spans times the length of the slow window.
 */
export class Backtest {
  readonly #policy: Policy;
  /** While the breaker was not closed nothing tells what more calls would have done. */
  readonly #unknown: readonly TimeSpan[];
  readonly #window: PastWindow;
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
    this.#window = new PastWindow(policy.slow.lengthMs);
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
    this.#window.push(span);
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
    this.#window.clear();
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

  #look({ counts }: PastCounts, end: Millis): void {
    if (counts.failures === 0 && counts.slow === 0) return;
    const evidence = withLagCounted(this.#evidence(end));
    const verdict = evaluateTrip(speakingForAll(this.#policy), evidence);
    if (verdict === null) return;
    const { stableMs } = this.#policy.recovery;
    this.#relapses = end < this.#closedAt + stableMs ? this.#relapses + 1 : 0;
    this.#outage = {
      verdict,
      at: end,
      relapses: this.#relapses,
      probeAt: end + coolDownFor(this.#policy, this.#relapses, JITTER),
      rateBefore: rateBefore(this.#policy, verdict, evidence),
    };
  }

  #evidence(end: Millis): Evidence {
    const { fast, slow, consecutive } = this.#policy;
    const slowWindow = this.#window.evidence(end, slow.lengthMs);
    const isRecent = consecutive !== null && end - this.#run.startedAt <= consecutive.withinMs;
    const run: WindowEvidence = { ...slowWindow, run: this.#run };
    return {
      fast: this.#window.evidence(end, fast.lengthMs),
      slow: slowWindow,
      ...(isRecent && { consecutive: run }),
      step: null,
      probe: null,
      acks: null,
    };
  }

  /** The first calls after the cool-down stand for the probes. */
  #recover(outage: Outage, { at, counts }: PastCounts, end: Millis): void {
    const calls = callsOf(counts);
    if (end <= outage.probeAt || calls === 0) return;
    if (counts.failures / calls > recoveryLimit(this.#policy, outage.rateBefore)) {
      this.#relapses = outage.relapses + 1;
      const probeAt = end + coolDownFor(this.#policy, this.#relapses, JITTER);
      this.#outage = { ...outage, relapses: this.#relapses, probeAt };
      return;
    }
    const recoveredAt = Math.max(at, outage.probeAt);
    const facts = { ...outage, outageStartedAt: outage.at };
    this.#closedAt = recoveredAt + ladderMs(this.#policy, facts, recoveredAt);
    this.#note(outage, this.#closedAt);
    this.#outage = null;
    // Outcomes count under the state in which they were admitted.
    this.#window.clear();
  }

  #note({ verdict, at }: Outage, closedAt: Millis | null): void {
    this.#tripCount += 1;
    if (this.#trips.length === TRIPS_MAX) return;
    this.#trips.push({ at, cause: verdict.cause, summary: summaryOf(verdict), closedAt });
  }
}

/** The policy as it judges one instance that speaks for all: how many failed was not stored. */
function speakingForAll(policy: Policy): Policy {
  const { consecutive } = policy;
  return consecutive === null
    ? policy
    : { ...policy, consecutive: { ...consecutive, instances: 0 } };
}

/** Only what was stored: nothing about instances. */
function summaryOf({ cause, window, verdict }: TripVerdict): string {
  const { counts, lengthMs } = window;
  if (cause === 'consecutive') return `${plural(verdict.failures, 'call')} failed in a row.`;
  const calls = callsOf(counts);
  const isSlow = verdict.by === 'slow';
  const [bad, rate] = isSlow ? [counts.slow, verdict.slowRate] : [counts.failures, verdict.rate];
  const what = isSlow ? 'were slow' : 'failed';
  return `${group(bad)} of ${plural(calls, 'call')} ${what} (${formatRate(rate)}) in ${formatDuration(lengthMs)}.`;
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
