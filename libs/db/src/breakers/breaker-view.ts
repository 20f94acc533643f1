import {
  admissionOf,
  callView,
  DEFAULT_POLICY,
  INSTANCE_WINDOWS_MS,
  livePartitions,
  nextVersion,
  permitLifeMs,
  policyOfPartition,
  probesNeeded,
  retryAfter,
  type BreakerState,
  type BreakerView,
  type Millis,
  type Policy,
  type ProbeRound,
  type PartitionState,
  type PartitionView,
} from '@recloser/core';
import type { LockedBreaker } from '../rows/model.js';

/** The parts of a breaker that its view is made of. */
export type ViewSource = Pick<
  LockedBreaker,
  | 'key'
  | 'version'
  | 'state'
  | 'control'
  | 'policy'
  | 'rules'
  | 'segments'
  | 'salt'
  | 'scopes'
  | 'lastVersion'
> & { readonly meta: Pick<LockedBreaker['meta'], 'cohortKey'> };

/** What an SDK needs to know of a breaker; `retryAfterMs` counts from `now`. The only place where views are made. */
export function viewOf(breaker: ViewSource, now: Millis): BreakerView {
  const { policy } = breaker;
  const { cohort } = policy.recovery;
  return {
    key: breaker.key,
    ...stateSummaryOf(breaker, policy, now, policy.recovery.probe === null),
    salt: breaker.salt,
    cohortKey: breaker.meta.cohortKey,
    ...(cohort !== 'hash' && { cohort }),
    rules: breaker.rules,
    ...(breaker.segments.length > 0 && { segments: breaker.segments }),
    call: callView(policy.call),
    ...comparisonOf(policy),
    ...partitionsOf(breaker, now),
  };
}

type StateSummary = Pick<
  BreakerView,
  'version' | 'state' | 'mode' | 'admission' | 'retryAfterMs' | 'keepsRules' | 'probe' | 'maxRps'
>;

function stateSummaryOf(
  { version, state, control }: Pick<PartitionState, 'version' | 'state' | 'control'>,
  policy: Policy,
  now: Millis,
  probedByCalls: boolean,
): StateSummary {
  const retryAfterMs = retryAfter(state, now, control);
  const { maxRps } = policy.recovery;
  const keepsRules = state.kind === 'open' && control.mode === 'held' && state.keepsRules === true;
  const probing = probedByCalls && state.kind === 'probing' && control.mode === 'auto';
  return {
    version,
    state: state.kind,
    mode: control.mode,
    admission: admissionOf(state, control),
    retryAfterMs: retryAfterMs === null ? null : Math.ceil(retryAfterMs),
    ...(keepsRules && { keepsRules }),
    ...(probing && { probe: probeOf(policy, state) }),
    ...(state.kind === 'ramping' && maxRps !== null && { maxRps }),
  };
}

function probeOf(policy: Policy, state: Extract<BreakerState, { kind: 'probing' }>): ProbeRound {
  const { round } = state;
  return { round, permits: probesNeeded(policy, state), ttlMs: permitLifeMs(policy, round) };
}

/** Where nothing has a state of its own, the view is as it was before there were any. */
function partitionsOf(
  breaker: ViewSource,
  now: Millis,
): Pick<BreakerView, 'scopes' | 'lastVersion'> {
  const live = livePartitions(breaker);
  const lastVersion = nextVersion(breaker) - 1;
  const scopes = live.map((partition): PartitionView => ({
    ...partition.scope,
    // A worker's check says nothing about the way from a part of the fleet.
    ...stateSummaryOf(partition, policyOfPartition(breaker.policy, partition), now, true),
  }));
  return {
    ...(scopes.length > 0 && { scopes }),
    ...(lastVersion > breaker.version && { lastVersion }),
  };
}

/** What hubs need to compare instances, where it is not the default. */
function comparisonOf({
  trip,
  consecutive,
}: Policy): Pick<BreakerView, 'windows' | 'toleratedRate' | 'toleratedSlowRate'> {
  const { toleratedRate, toleratedSlowRate } = trip;
  // Each length once: of one that stood there twice the store would add up two rows.
  const lengths = [...INSTANCE_WINDOWS_MS, ...(consecutive === null ? [] : [consecutive.withinMs])];
  return {
    ...(consecutive !== null && { windows: [...new Set(lengths)] }),
    ...(toleratedRate !== DEFAULT_POLICY.trip.toleratedRate && { toleratedRate }),
    ...(toleratedSlowRate !== null && { toleratedSlowRate }),
  };
}
