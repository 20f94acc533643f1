import {
  BUCKET_MS,
  EMPTY_COUNTS,
  evaluateTrip,
  isFailingInstance,
  type Policy,
  type WindowEvidence,
  type WindowPolicy,
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
    const fast = windowEndingAt(outcomes, index, policy.fast);
    const slow = windowEndingAt(outcomes, index, policy.slow);
    if (evaluateTrip(policy, { fast, slow, step: null, probe: null, acks: null }))
      return outcome.at;
  }
  return null;
}

function outcomeOf({ instance, start, end, result }: Call, policy: Policy): TrueOutcome {
  const stallMs = policy.call.stallMs ?? Math.min(policy.call.timeoutMs ?? Infinity, 1_000);
  const stalled = end - start > stallMs;
  return { at: stalled ? start + stallMs : end, instance, failed: stalled || result !== 'ok' };
}

/** The policy's window of whole 250 ms buckets that ends with outcome `last`. */
function windowEndingAt(
  outcomes: readonly TrueOutcome[],
  last: number,
  { lengthMs }: WindowPolicy,
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
    failing: instances.filter(({ calls, failures }) => isFailingInstance(calls, failures)).length,
    heaviest: instances,
  };
}
