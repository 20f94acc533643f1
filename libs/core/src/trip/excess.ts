import type { Millis } from '../model/units.js';

/** What happened in a span of time: counted calls, and those of them that were bad (failed, or slow). */
export interface Span {
  readonly at: Millis;
  /** How much time it stands for, in ms. */
  readonly ms: number;
  readonly calls: number;
  readonly bad: number;
}

/** How much worse than tolerated calls have been, since they last were not. Changed by `addSpan`. */
export interface Excess {
  /** (rate − tolerated rate) × time, summed up, never below 0: in ms of calls that all fail. */
  excessMs: number;
  /** Start of the first span that is counted here; null while there is no excess. */
  startedAt: Millis | null;
  /** The time of all spans with calls since then. */
  observedMs: number;
  calls: number;
  bad: number;
  /** What its first span may claim too much, in ms; see `knownMs`. */
  firstDoubtMs: number;
  /** The same of its last span, where it has more than one. */
  lastDoubtMs: number;
}

export function noExcess(): Excess {
  return {
    excessMs: 0,
    startedAt: null,
    observedMs: 0,
    calls: 0,
    bad: 0,
    firstDoubtMs: 0,
    lastDoubtMs: 0,
  };
}

/**
 * Adds the next span: S ← max(0, S + (p̂ − k)·Δt), a CUSUM of time rather than of likelihood (Page, "Continuous
 * inspection schemes", Biometrika 41 (1954) 100–115). A span without a call says nothing and changes nothing, so no
 * history is needed. A rate p reaches H after H/(p − k); a total failure shorter than H/(1 − k) never does.
 */
export function addSpan(excess: Excess, { at, ms, calls, bad }: Span, tolerated: number): void {
  if (calls <= 0) return;
  const change = (bad / calls - tolerated) * ms;
  if (excess.excessMs + change <= 0) {
    // Most spans of a healthy breaker come by here.
    if (excess.startedAt !== null) Object.assign(excess, noExcess());
    return;
  }
  const doubtMs = (bad / calls - bad / (calls + 1)) * ms;
  if (excess.startedAt === null) {
    excess.startedAt = at;
    excess.firstDoubtMs = doubtMs;
  } else {
    excess.lastDoubtMs = doubtMs;
  }
  excess.excessMs += change;
  excess.observedMs += ms;
  excess.calls += calls;
  excess.bad += bad;
}

/**
 * How long the trouble is known to be, in ms: the excess without what its ends may claim too much. When in its first span
 * the trouble began is not known, and counts of its last span may be on their way: good ones come later than failures. So
 * both are read with one good call more. Of n failures and nothing else that leaves n/(n + 1) of the span: the first of n
 * calls lies there on average.
 */
export function knownMs({ excessMs, firstDoubtMs, lastDoubtMs }: Excess): number {
  return excessMs - firstDoubtMs - lastDoubtMs;
}

/**
 * Whether `bad` of `calls` prove a rate above `tolerated` at least as well as `minCalls` bad calls in a row would.
 *
 * The measure is the log-likelihood ratio of the observed rate against the tolerated one, n·KL(p̂ ‖ k). It is looked at
 * after every call, so what counts is how rarely it ever gets there: at most once in e^(minCalls·ln(1/k)) calls at the
 * tolerated rate (Lorden, "Procedures for reacting to a change in distribution", Ann. Math. Stat. 42 (1971) 1897–1908).
 * That is 300,000 calls for 12 at 35%, and far fewer than that in a system that fails less.
 */
export function isProven(
  { calls, bad }: Pick<Excess, 'calls' | 'bad'>,
  tolerated: number,
  minCalls: number,
): boolean {
  if (calls <= 0 || bad <= tolerated * calls) return false;
  // In binary, minCalls bad calls in a row may come out a little below themselves.
  return calls * divergence(bad / calls, tolerated) >= minCalls * -Math.log(tolerated) - 1e-9;
}

/** Kullback–Leibler divergence of two Bernoulli rates, in nats; infinite for a `from` of 0 or 1 that `rate` is not. */
function divergence(rate: number, from: number): number {
  const part = (p: number, q: number): number => (p <= 0 ? 0 : p * Math.log(p / q));
  return part(rate, from) + part(1 - rate, 1 - from);
}
