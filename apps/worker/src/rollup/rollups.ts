import type { SecondSum } from '@recloser/backbone';
import { addCounts, EMPTY_COUNTS, type Counts, type Millis } from '@recloser/core';

/** Rollups are made for whole spans of this length. */
export const SPAN_S = 10;

/** Sums of one breaker over `widthS` seconds from `at` on. */
export interface Rollup {
  readonly breaker: string;
  readonly at: Millis;
  readonly widthS: 1 | 10;
  readonly counts: Counts;
}

/** One row per second where a call failed within the span, else one for the whole span; none for a silent one. */
export function rollupsOf(seconds: readonly SecondSum[]): Rollup[] {
  const spans = new Map<string, SecondSum[]>();
  for (const second of seconds) {
    const start = Math.floor(second.second / SPAN_S) * SPAN_S;
    const id = `${start}:${second.breaker}`;
    const span = spans.get(id);
    if (span) span.push(second);
    else spans.set(id, [second]);
  }
  return [...spans.values()].flatMap(rollupsOfSpan);
}

function rollupsOfSpan(span: readonly SecondSum[]): Rollup[] {
  const [first] = span;
  if (!first) return [];
  if (span.some(({ counts }) => counts.failures > 0)) {
    return span.map(({ breaker, second, counts }) => ({
      breaker,
      at: second * 1000,
      widthS: 1,
      counts,
    }));
  }
  const counts = span.reduce((sum, second) => addCounts(sum, second.counts), EMPTY_COUNTS);
  const at = Math.floor(first.second / SPAN_S) * SPAN_S * 1000;
  return [{ breaker: first.breaker, at, widthS: 10, counts }];
}
