import { BUCKET_MS, type Policy, type WindowPolicy } from '../model.js';
import { rateNeeded } from './wilson.js';

/**
 * How long one window needs to trip, in ms, from the moment at which every call begins to fail; null: it never does.
 *
 * A share t/L of a window of length L has failed t after the death. It trips when that share reaches the rate needed
 * for a Wilson lower bound at the threshold θ with n = load × L calls: t = L·(θ + z·√(θ(1−θ)/n)).
 * Where calls hang instead, their failures begin `stallMs` late and the calls in flight until then are missing:
 * with n = load × (L − stall), t = stall + (L − stall)·(θ + z·√(θ(1−θ)/n)).
 */
export function windowDetectionMs(
  window: WindowPolicy,
  minCalls: number,
  callsPerSecond: number,
  stallMs = 0,
): number | null {
  const span = window.lengthMs - stallMs;
  const calls = (callsPerSecond * span) / 1_000;
  if (span <= 0 || calls < minCalls) return null;
  const share = rateNeeded(window.failureRate, calls);
  if (share > 1) return null;
  return stallMs + Math.max(span * share, (window.minFailingBuckets - 1) * BUCKET_MS);
}

/**
 * How long it takes until the first of a policy's windows trips on a dependency that has died, in ms, at a steady load
 * of the whole fleet; null: neither does. The quorum is not part of it: it needs two failures on enough instances.
 */
export function detectionMs(policy: Policy, callsPerSecond: number, stallMs = 0): number | null {
  const times = [policy.fast, policy.slow]
    .map((window) => windowDetectionMs(window, policy.minCalls, callsPerSecond, stallMs))
    .filter((time) => time !== null);
  return times.length === 0 ? null : Math.min(...times);
}

/**
 * From which load of the whole fleet, in calls per second, a window trips within `withinMs` of a death; null when no
 * load is enough. Solves `windowDetectionMs` for the load: z²·θ(1−θ) / (L·(t/L − θ)²).
 */
export function loadNeeded(
  window: WindowPolicy,
  minCalls: number,
  withinMs: number,
): number | null {
  const share = Math.min(1, withinMs / window.lengthMs);
  const margin = share - window.failureRate;
  if (margin <= 0 || withinMs < (window.minFailingBuckets - 1) * BUCKET_MS) return null;
  const spread = rateNeeded(window.failureRate, 1) - window.failureRate;
  const calls = Math.max(minCalls, (spread / margin) ** 2);
  return (calls * 1_000) / window.lengthMs;
}
