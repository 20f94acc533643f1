import { LatencySum } from '@recloser/core';
import type { LatencyPoint } from '@recloser/db';
import type { SecondLatencies, Series, SeriesPoint } from '@recloser/protocol';

/** Latencies by the start of their step, ms, and all together. */
export interface SeriesLatencies {
  readonly steps: ReadonlyMap<number, LatencySum>;
  readonly all: LatencySum;
}

/** Adds up what is stored and what is not yet. Percentiles are taken after that: those of parts say nothing about the whole. */
export function mergeLatencies(
  stored: readonly LatencyPoint[],
  live: readonly SecondLatencies[],
  stepMs: number,
): SeriesLatencies {
  const steps = new Map<number, LatencySum>();
  const all = new LatencySum();
  const told = [...stored, ...live.map(({ second, bins }) => ({ at: second * 1_000, bins }))];
  for (const { at, bins } of told) {
    const step = Math.floor(at / stepMs) * stepMs;
    const sum = steps.get(step) ?? new LatencySum();
    steps.set(step, sum);
    sum.add(bins);
    all.add(bins);
  }
  return { steps, all };
}

/** The points with the latencies of their steps, where some were told. */
export function withLatencies(
  points: readonly SeriesPoint[],
  { steps, all }: SeriesLatencies,
): Pick<Series, 'points' | 'latency'> {
  return {
    points: points.map((point) => {
      const latency = steps.get(point.at)?.figures() ?? null;
      return latency === null ? point : { ...point, latency };
    }),
    latency: all.figures(),
  };
}
