import type { SecondSum } from '@recloser/backbone';
import {
  addCounts,
  EMPTY_COUNTS,
  type Counts,
  type LatencyBins,
  LatencySum,
  type Millis,
} from '@recloser/core';
import type { SecondLatencies } from '@recloser/protocol';
import { eachInTurns, mapInTurns } from '@recloser/server';

/** Rollups are made for whole spans of this length. */
export const SPAN_S = 10;

/** Sums of one breaker over `widthS` seconds from `at` on. */
export interface Rollup {
  readonly breaker: string;
  readonly at: Millis;
  readonly widthS: 1 | 10;
  readonly counts: Counts;
  /** Empty: not told. */
  readonly latency: LatencyBins;
}

/** Latencies by second and breaker. */
type LatencyRange = ReadonlyMap<string, LatencyBins>;

const rollupKeyOf = (second: number, breaker: string): string => `${second}:${breaker}`;

/** One row per second where a call failed within the span, else one for the whole span; none for a silent one. */
export async function rollupsOf(
  seconds: readonly SecondSum[],
  latencies: readonly SecondLatencies[],
): Promise<Rollup[]> {
  const told = new Map<string, LatencyBins>();
  await eachInTurns(latencies, ({ second, breaker, bins }) => {
    told.set(rollupKeyOf(second, breaker), bins);
  });
  const spans = new Map<string, SecondSum[]>();
  await eachInTurns(seconds, (second) => {
    const start = Math.floor(second.second / SPAN_S) * SPAN_S;
    const id = rollupKeyOf(start, second.breaker);
    const span = spans.get(id);
    if (span) span.push(second);
    else spans.set(id, [second]);
  });
  return (await mapInTurns(spans.values(), (span) => rollupsOfSpan(span, told))).flat();
}

function rollupsOfSpan(span: readonly SecondSum[], told: LatencyRange): Rollup[] {
  const [first] = span;
  if (!first) return [];
  const latencyOf = ({ second, breaker }: SecondSum) =>
    told.get(rollupKeyOf(second, breaker)) ?? [];
  if (span.some(({ counts }) => counts.failures > 0)) {
    return span.map((one) => ({
      breaker: one.breaker,
      at: one.second * 1000,
      widthS: 1,
      counts: one.counts,
      latency: latencyOf(one),
    }));
  }
  const counts = span.reduce((sum, second) => addCounts(sum, second.counts), EMPTY_COUNTS);
  const at = Math.floor(first.second / SPAN_S) * SPAN_S * 1000;
  const latency = new LatencySum();
  for (const second of span) latency.add(latencyOf(second));
  return [{ breaker: first.breaker, at, widthS: 10, counts, latency: latency.bins }];
}
