import type { SignalStore } from '@recloser/backbone';
import {
  type BreakerRecord,
  type Evidence,
  type LatencyFigures,
  LatencySum,
  type Millis,
  type Outcome,
} from '@recloser/core';
import type { StoreTime } from './evidence.js';

/** Latencies of this long before an outage are what a warm dependency is recognised by, in ms. */
const BEFORE_MS = 60_000;

type LatencyStore = Pick<SignalStore, 'latencies'>;

/** The latencies of the calls that the present step has let in; undefined: there is no such step, or nothing to compare. */
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
  return await figures(store, environmentId, key, {
    // Latencies are kept by whole seconds: those of the step before may be among them.
    from: Math.floor((state.dwellStartedAt + skew) / 1_000) * 1_000,
    to: now + 1_000,
  });
}

/** The evidence of an opening, with the latencies of the minute before it. */
export async function withLatencyBefore(
  store: LatencyStore,
  environmentId: string,
  { record, outcome }: { readonly record: BreakerRecord; readonly outcome: Outcome },
  evidence: Evidence,
): Promise<Evidence> {
  const { transition } = outcome;
  const isOpening = record.state.kind !== 'open' && transition?.state.kind === 'open';
  if (!isOpening || record.state.kind === 'ramping') return evidence;
  const { outageStartedAt } = transition.state;
  const to = Math.floor(outageStartedAt / 1_000) * 1_000;
  const latency = await figures(store, environmentId, record.key, { from: to - BEFORE_MS, to });
  return { ...evidence, latency };
}

async function figures(
  store: LatencyStore,
  environmentId: string,
  breaker: string,
  { from, to }: { readonly from: Millis; readonly to: Millis },
): Promise<LatencyFigures | null> {
  const seconds = await store.latencies(environmentId, from, to, [breaker]);
  const sum = new LatencySum();
  for (const { bins } of seconds) sum.add(bins);
  return sum.figures();
}
