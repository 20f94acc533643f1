import type { BreakerRecord, DecisionResult, Evidence } from '@recloser/core';
import type { LoadedBreaker, NextEvaluation } from '@recloser/db';
import type { PermitClaim } from '@recloser/protocol';

/** A breaker, what is known of it, and what that makes of it. */
export interface Evaluated {
  readonly record: LoadedBreaker;
  readonly evidence: Evidence;
  readonly outcome: DecisionResult;
}

/** The evidence of the fleet comes first; that of its parts goes into it. */
export function joined(
  fleet: Evidence | undefined,
  evidence: Evidence,
  record: BreakerRecord,
): Evidence {
  if (fleet === undefined) return evidence;
  return { ...fleet, scopes: new Map([...(fleet.scopes ?? []), [record.version, evidence]]) };
}

/** The round of probes that an active check has to answer, and nobody has begun with. */
export function checkWanted({ record, evidence, outcome }: Evaluated): PermitClaim[] {
  const { environmentId, key: breaker, version, state, control, policy } = record;
  const idle = (evidence.probe?.claimed ?? 0) === 0;
  return state.kind === 'probing' &&
    control.mode === 'auto' &&
    policy.recovery.probe !== null &&
    outcome.transition === null &&
    idle
    ? [{ environmentId, breaker, version, round: state.round }]
    : [];
}

/** When to look at the breaker again, where that has changed. */
export function nextEvaluation({ record, outcome }: Evaluated): NextEvaluation[] {
  return outcome.dueAt === record.dueAt
    ? []
    : [{ key: record.key, seq: record.seq, dueAt: outcome.dueAt }];
}
