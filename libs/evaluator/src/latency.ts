import type { SignalStore } from '@recloser/backbone';
import {
  type BreakerRecord,
  type Evidence,
  type LatencyFigures,
  LatencySum,
  type DecisionResult,
} from '@recloser/core';
import type { SecondLatencies } from '@recloser/protocol';
import type { StoreTime } from './evidence.js';

/** Latencies of this long before an outage are what a warm dependency is recognised by, in ms. */
const BEFORE_MS = 60_000;

/** A step is judged by its calls of the last two seconds, as a cache fills during it; by all where these are too few. */
const RECENT_MS = 2_000;
const RECENT_SAMPLES = 20;

type LatencyStore = Pick<SignalStore, 'latencies'>;

/** The recent latencies of the calls that the present step has let in; undefined: there is no such step, or nothing to compare. */
export async function latencyOfStep(
  store: LatencyStore,
  environmentId: string,
  { key, state, part }: BreakerRecord,
  { now, skew }: StoreTime,
): Promise<LatencyFigures | null | undefined> {
  // Latencies are kept for a breaker as a whole: those of a part cannot be told from the rest.
  if (state.kind !== 'ramping' || state.dwellStartedAt === null || part !== undefined) {
    return undefined;
  }
  if (state.latencyBefore === undefined) return undefined;
  const seconds = await store.latencies(
    environmentId,
    // Latencies are kept by whole seconds: those of the step before may be among them.
    Math.floor((state.dwellStartedAt + skew) / 1_000) * 1_000,
    now + 1_000,
    [key],
  );
  const recent = figuresOf(seconds.filter(({ second }) => second * 1_000 > now - RECENT_MS));
  return recent !== null && recent.samples >= RECENT_SAMPLES ? recent : figuresOf(seconds);
}

/** The evidence of an opening, with the latencies of the minute before it. */
export async function withLatencyBefore(
  store: LatencyStore,
  environmentId: string,
  { record, outcome }: { readonly record: BreakerRecord; readonly outcome: DecisionResult },
  evidence: Evidence,
): Promise<Evidence> {
  const { transition } = outcome;
  const isOpening = record.state.kind !== 'open' && transition?.state.kind === 'open';
  if (!isOpening || record.state.kind === 'ramping') return evidence;
  const { outageStartedAt } = transition.state;
  const to = Math.floor(outageStartedAt / 1_000) * 1_000;
  const seconds = await store.latencies(environmentId, to - BEFORE_MS, to, [record.key]);
  return { ...evidence, latency: figuresOf(seconds) };
}

function figuresOf(seconds: readonly SecondLatencies[]): LatencyFigures | null {
  const sum = new LatencySum();
  for (const { bins } of seconds) sum.add(bins);
  return sum.figures();
}
