import { latencyLimitOf, LatencySum, type LatencyBins } from '../model/latency.js';

/** Beyond the timeout there have to lie this many samples, or the percentile is chance. */
const SAMPLES_BEYOND = 10;

/** What calls of healthy hours show of how long they take. */
export interface HealthyLatencies {
  readonly bins: LatencyBins;
  /** Hours in which the breaker was closed throughout and at most 1% of the calls failed. */
  readonly hours: number;
  /** Calls in those hours; the bins hold a sample of them. */
  readonly calls: number;
  /** Of those: ended by the timeout of then. */
  readonly timeouts: number;
}

/** A timeout that cuts off `falseRate` of the calls that would have succeeded. */
export interface TimeoutSuggestion {
  readonly timeoutMs: number;
  readonly samples: number;
  /** More calls than `falseRate` have met the timeout of then: how long they would have taken is not known. */
  readonly cutOff: boolean;
}

/** Samples without which a percentile is not told. */
export function samplesNeeded(falseRate: number): number {
  return Math.ceil(SAMPLES_BEYOND / falseRate);
}

/** The (1 − falseRate) percentile, in whole ms, at most 9.1% above the true one; null with too few samples. */
export function suggestTimeout(
  { bins, calls, timeouts }: HealthyLatencies,
  falseRate: number,
): TimeoutSuggestion | null {
  const sum = new LatencySum();
  sum.add(bins);
  const merged = sum.bins;
  let samples = 0;
  for (let at = 1; at < merged.length; at += 2) samples += merged[at] ?? 0;
  if (!(falseRate > 0) || samples < samplesNeeded(falseRate)) return null;
  const rank = Math.ceil(samples * (1 - falseRate));
  const timeoutMs = Math.max(1, Math.ceil(latencyLimitOf(binOfRank(merged, rank))));
  return { timeoutMs, samples, cutOff: calls > 0 && timeouts / calls > falseRate };
}

function binOfRank(bins: LatencyBins, rank: number): number {
  let left = rank;
  for (let at = 0; at < bins.length; at += 2) {
    left -= bins[at + 1] ?? 0;
    if (left <= 0) return bins[at] ?? 0;
  }
  return bins.at(-2) ?? 0;
}
