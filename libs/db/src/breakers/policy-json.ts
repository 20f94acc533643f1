import type { Policy } from '@recloser/core';
import { policySchema } from '@recloser/protocol';
import { keeping } from '../rows/keep-fields.js';

const read = keeping(policySchema);

/**
 * Reads a stored policy, also one of an earlier version, which had two windows. What a newer version has written and
 * this one does not know stays in it. @throws ZodError
 */
export function readPolicy(stored: unknown): Policy {
  if (typeof stored !== 'object' || stored === null || !('trip' in stored)) {
    return policySchema.parse(stored);
  }
  const { fast: _fast, slow: _slow, ...present } = stored as Readonly<Record<string, unknown>>;
  return read(present);
}

/**
 * A policy as it is stored: with the two windows that come closest to it, since a node of an earlier version must be
 * able to read it while a fleet of servers is upgraded.
 */
export function policyJson(policy: Policy): object {
  const { toleratedRate, toleratedSlowRate, excessMs } = policy.trip;
  const window = (lengthMs: number, minFailingBuckets: number): object => ({
    lengthMs,
    failureRate: Math.min(0.99, toleratedRate + excessMs / lengthMs),
    slowRate: toleratedSlowRate,
    minFailingBuckets,
  });
  return { ...policy, fast: window(2_000, 4), slow: window(30_000, 1) };
}
