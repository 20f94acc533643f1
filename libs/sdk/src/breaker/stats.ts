import { type Admission, type Mode, type StateKind } from '@recloser/core';
import { type BreakerRuntime } from './breaker-runtime.js';
import { type CoarseClock } from '../signals/coarse-clock.js';
import { addBucket, emptyBucket } from '../signals/outcome-counter.js';

/** What one process has counted for one breaker since it started. */
export interface BreakerStats {
  readonly breaker: string;
  readonly state: StateKind;
  readonly mode: Mode;
  readonly admission: Admission;
  /** Null while the control plane does not know this breaker. */
  readonly version: number | null;
  /** Calls that ended or stalled, and say something about the dependency: `ok + failures`. */
  readonly calls: number;
  readonly ok: number;
  readonly failures: number;
  readonly timeouts: number;
  readonly stalled: number;
  readonly slow: number;
  readonly rejected: number;
  readonly throttled: number;
  readonly localLag: number;
  readonly cancelled: number;
  readonly ignored: number;
  /** Calls that only a rule let in; in none of the counts above. */
  readonly ruledOk: number;
  readonly ruledFailures: number;
  /** Turned away by the rate limit of a recovery, though admission let them in. */
  readonly limited: number;
  readonly inFlight: number;
  /** Turned away because as many as may be were in flight and waiting; in none of the counts above. */
  readonly shed: number;
  /** Further attempts; each is also among the calls. */
  readonly retried: number;
  /** Took the result of another call, and made none. */
  readonly coalesced: number;
  /** Wait for a place now. */
  readonly waiting: number;
  /** Milliseconds, at most 9% above the true value; null without samples. */
  readonly latency: {
    readonly samples: number;
    readonly p50: number | null;
    readonly p95: number | null;
    readonly p99: number | null;
    readonly max: number | null;
    /** Of all samples. */
    readonly sum: number;
    /** How many samples lie at or below each limit and above the one before, smallest first; empty ones are left out. */
    readonly buckets: readonly (readonly [upTo: number, samples: number])[];
  };
}

export function statsOf(runtime: BreakerRuntime, coarseClock: CoarseClock): BreakerStats {
  const sum = emptyBucket(-1);
  addBucket(sum, runtime.totals);
  for (const counter of runtime.counters) {
    for (const bucket of counter.buckets) addBucket(sum, bucket);
  }
  const { index: _, gone: __, ...counts } = sum;
  const { latency, limits } = runtime;
  return {
    breaker: runtime.key,
    state: runtime.state,
    mode: runtime.view?.mode ?? 'auto',
    admission: runtime.admission,
    version: runtime.view?.version ?? null,
    calls: sum.ok + sum.failures,
    ...counts,
    cancelled: runtime.cancelled,
    ignored: runtime.ignored,
    inFlight: runtime.stalledInFlight + inFlightOf(runtime, coarseClock),
    shed: limits?.shed ?? 0,
    retried: limits?.retried ?? 0,
    coalesced: limits?.coalesced ?? 0,
    waiting: limits?.bulkhead.waiting ?? 0,
    latency: {
      samples: latency.samples,
      p50: latency.percentile(0.5),
      p95: latency.percentile(0.95),
      p99: latency.percentile(0.99),
      max: latency.samples === 0 ? null : latency.max,
      sum: latency.sum,
      buckets: latency.buckets,
    },
  };
}

function inFlightOf(runtime: BreakerRuntime, coarseClock: CoarseClock): number {
  let calls = 0;
  for (const batch of coarseClock.batches) {
    if (batch.belongsTo(runtime) && !batch.stalled) calls += batch.inFlight;
  }
  return calls;
}
