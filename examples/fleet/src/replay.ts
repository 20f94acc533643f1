import {
  BUCKET_MS,
  type BucketCounts,
  EMPTY_COUNTS,
  evaluateTrip,
  EXCESS_REACH_MS,
  INSTANCE_WINDOWS_MS,
  isFailingInstance,
  type Policy,
  type WindowEvidence,
} from '@recloser/core';
import type { Call } from './ledger.js';

interface TrueOutcome {
  readonly at: number;
  readonly instance: string;
  readonly failed: boolean;
}

/**
 * When the fleet's true outcomes, seen all at once and without delay, first satisfy the trip policy; null if never.
 * A call counts as failed when it ends so, or when it is in flight for `stallMs`.
 */
export function policySatisfiedAt(
  calls: readonly Call[],
  policy: Policy,
  notBefore: number,
): number | null {
  const outcomes = calls.map((call) => outcomeOf(call, policy)).sort((a, b) => a.at - b.at);
  for (let index = 0; index < outcomes.length; index += 1) {
    const outcome = outcomes[index];
    if (!outcome?.failed || outcome.at < notBefore) continue;
    const windows = INSTANCE_WINDOWS_MS.map((lengthMs) =>
      windowEndingAt(outcomes, index, lengthMs, policy),
    );
    const buckets = bucketsUntil(outcomes, index);
    const evidence = { windows, buckets, step: null, probe: null, acks: null };
    if (evaluateTrip(policy, evidence)) return outcome.at;
  }
  return null;
}

/** The buckets with calls that an excess can reach back to, up to outcome `last`. */
function bucketsUntil(outcomes: readonly TrueOutcome[], last: number): BucketCounts[] {
  const now = outcomes[last]?.at ?? 0;
  const buckets = new Map<number, { at: number; calls: number; failures: number }>();
  for (let index = last; index >= 0; index -= 1) {
    const outcome = outcomes[index];
    if (!outcome || outcome.at < now - EXCESS_REACH_MS) break;
    const at = Math.floor(outcome.at / BUCKET_MS) * BUCKET_MS;
    const bucket = buckets.get(at) ?? { at, calls: 0, failures: 0 };
    bucket.calls += 1;
    if (outcome.failed) bucket.failures += 1;
    buckets.set(at, bucket);
  }
  return [...buckets.values()]
    .sort((a, b) => a.at - b.at)
    .map((bucket) => ({
      ...bucket,
      ms: Math.min(BUCKET_MS, Math.max(1, now - bucket.at)),
      slow: 0,
      localLag: 0,
    }));
}

function outcomeOf({ instance, start, end, result }: Call, policy: Policy): TrueOutcome {
  const stallMs = policy.call.stallMs ?? Math.min(policy.call.timeoutMs ?? Infinity, 1_000);
  const stalled = end - start > stallMs;
  return { at: stalled ? start + stallMs : end, instance, failed: stalled || result !== 'ok' };
}

/** A window of whole 250 ms buckets that ends with outcome `last`. */
function windowEndingAt(
  outcomes: readonly TrueOutcome[],
  last: number,
  lengthMs: number,
  { trip }: Policy,
): WindowEvidence {
  const now = outcomes[last]?.at ?? 0;
  const from = (Math.floor(now / BUCKET_MS) + 1) * BUCKET_MS - lengthMs;
  const perInstance = new Map<string, { calls: number; failures: number }>();
  const failing = new Set<number>();
  for (let index = last; index >= 0; index -= 1) {
    const outcome = outcomes[index];
    if (!outcome || outcome.at < from) break;
    const counts = perInstance.get(outcome.instance) ?? { calls: 0, failures: 0 };
    counts.calls += 1;
    if (outcome.failed) {
      counts.failures += 1;
      failing.add(Math.floor(outcome.at / BUCKET_MS));
    }
    perInstance.set(outcome.instance, counts);
  }
  const instances = [...perInstance].map(([instanceId, counts]) => ({
    instanceId,
    service: '',
    zone: null,
    ...counts,
  }));
  const failures = instances.reduce((sum, { failures }) => sum + failures, 0);
  const calls = instances.reduce((sum, { calls }) => sum + calls, 0);
  return {
    lengthMs,
    counts: { ...EMPTY_COUNTS, ok: calls - failures, failures },
    failingBuckets: failing.size,
    reporting: instances.length,
    failing: instances.filter(({ calls, failures }) =>
      isFailingInstance(calls, failures, trip.toleratedRate),
    ).length,
    heaviest: instances,
  };
}
