import { type LatencyBins, LatencySum } from '@recloser/core';

/** Bins as text. Texts are merged by putting one after the other, with a comma between. */
export function latencyText(bins: LatencyBins): string {
  return bins.join(',');
}

/** Each bin once, ascending. */
export function readLatencies(text: string): LatencyBins {
  const sum = new LatencySum();
  sum.add(text.split(',').map(Number));
  return sum.bins;
}
