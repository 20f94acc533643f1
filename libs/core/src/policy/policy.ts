import type { CallPolicy, CallView } from '../model/call-policy.js';
import type { Policy } from '../model/model.js';
import type { ProbeCheck } from '../model/probe-check.js';

/** What a breaker starts with. `docs/how-it-decides.md` derives each figure. */
export const DEFAULT_POLICY: Policy = {
  trip: { toleratedRate: 0.35, toleratedSlowRate: null, excessMs: 950 },
  minCalls: 12,
  quorum: 0.5,
  consecutive: null,
  adaptive: null,
  recovery: {
    coolDownMs: 1_000,
    coolDownMaxMs: 3_000,
    coolDownJitter: 0.1,
    stableMs: 300_000,
    probes: 3,
    probeTtlMs: 5_000,
    probe: null,
    ladder: [2 ** 28, 2 ** 29, 2 ** 30, 2 ** 31],
    coldSensitive: false,
    cohort: 'hash',
    maxRps: null,
    dwellPerOutage: 0.4,
    dwellMinMs: 1_000,
    dwellMaxMs: 30_000,
    recoveryRate: 0.1,
    minCalls: 20,
    onStepFailure: 'step_back',
    onLowTraffic: 'advance_after',
    lowTrafficMaxMs: 60_000,
    ackQuorum: 0.95,
    ackTimeoutMs: 5_000,
  },
  call: {
    timeoutMs: null,
    stallMs: null,
    slowMs: null,
    maxConcurrent: null,
    maxQueue: null,
    maxRetries: null,
    autoFalseRate: null,
    autoMinMs: null,
    autoMaxMs: null,
    locked: [],
  },
};

/** What an SDK is told of a call policy. */
export function callView(call: CallPolicy): CallView {
  const { timeoutMs, stallMs, slowMs, maxConcurrent, maxQueue, maxRetries, locked } = call;
  return {
    timeoutMs,
    stallMs,
    slowMs,
    ...(maxConcurrent !== null && { maxConcurrent }),
    ...(maxQueue !== null && { maxQueue }),
    ...(maxRetries !== null && { maxRetries }),
    ...(locked.length > 0 && { locked }),
  };
}

/** A policy with any part left out; a list, such as the ladder, is given whole. */
export type PolicyPatch = Omit<Patch<Policy>, 'consecutive' | 'adaptive'> &
  Partial<Pick<Policy, 'consecutive' | 'adaptive'>>;
type Patch<T> = T extends readonly unknown[] | ProbeCheck
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: Patch<T[K]> | undefined }
    : T;

/** `base` with what `patch` says put over it; neither is changed. Unknown names in the patch are left out. */
export function mergePolicy(base: Policy, patch: PolicyPatch): Policy {
  return {
    trip: merge(base.trip, patch.trip),
    minCalls: patch.minCalls ?? base.minCalls,
    quorum: patch.quorum ?? base.quorum,
    consecutive: mergeOptional(base.consecutive, patch.consecutive),
    adaptive: mergeOptional(base.adaptive, patch.adaptive),
    recovery: merge(base.recovery, patch.recovery),
    call: merge(base.call, patch.call),
  };
}

/** For a part that may be off: null switches it off; switched on, it is given whole. */
function mergeOptional<T extends object>(base: T | null, patch: T | null | undefined): T | null {
  return patch === undefined ? base : patch;
}

function merge<T extends object>(
  base: T,
  patch: Partial<{ [K in keyof T]: unknown }> | undefined,
): T {
  if (patch === undefined) return base;
  const merged = { ...base };
  for (const name in base) {
    const value = patch[name];
    // The patch has the same types by PolicyPatch; null is a value here (slowRate, call.*).
    if (value !== undefined) merged[name] = value as T[typeof name];
  }
  return merged;
}
