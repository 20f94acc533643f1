import {
  admissionOf,
  livePartitions,
  type BreakerState,
  type PartitionState,
} from '@recloser/core';
import type { LoadedBreaker } from '@recloser/db';
import {
  RecloserError,
  type BreakerDetail,
  type BreakerSummary,
  type PartitionRow,
} from '@recloser/protocol';

/** One row of the fleet. */
export function summaryOf(breaker: LoadedBreaker): BreakerSummary {
  const { meta, state, control, policy, last } = breaker;
  const { kind } = state;
  return {
    key: breaker.key,
    name: meta.name,
    owner: meta.owner,
    tags: [...meta.tags],
    discovered: meta.discovered,
    state: kind,
    mode: control.mode,
    heldUntil: control.mode === 'held' ? control.until : null,
    admission: admissionOf(state, control),
    version: breaker.version,
    revision: breaker.revision,
    seq: breaker.seq,
    since: state.since,
    dueAt: breaker.dueAt,
    step: stepOf(state),
    paused: state.kind === 'ramping' && state.paused,
    threshold: policy.trip.toleratedRate,
    cause: last?.evidence.cause ?? null,
    summary: last?.evidence.summary ?? '',
    outage: breaker.outage,
    scopes: livePartitions(breaker).map(partitionRow),
  };
}

function stepOf(state: BreakerState): BreakerSummary['step'] {
  return state.kind === 'ramping' ? { index: state.step, of: state.ladder.length } : null;
}

function partitionRow({
  scope,
  version,
  state,
  control,
  instances,
  last,
  outage,
}: PartitionState): PartitionRow {
  return {
    ...scope,
    state: state.kind,
    mode: control.mode,
    heldUntil: control.mode === 'held' ? control.until : null,
    admission: admissionOf(state, control),
    version,
    since: state.since,
    step: stepOf(state),
    paused: state.kind === 'ramping' && state.paused,
    current: state,
    instances,
    cause: last?.cause ?? null,
    summary: last?.summary ?? '',
    actor: last?.actor ?? null,
    reason: last?.reason ?? '',
    outage: outage ?? null,
  };
}

/** Everything that is known of one breaker. */
export function detailOf(breaker: LoadedBreaker): BreakerDetail {
  const { meta, last } = breaker;
  return {
    ...summaryOf(breaker),
    description: meta.description,
    cohortKey: meta.cohortKey,
    group: meta.group,
    salt: breaker.salt,
    createdAt: meta.createdAt,
    policy: breaker.policy,
    rules: [...breaker.rules],
    current: breaker.state,
    control: breaker.control,
    evidence: last?.evidence ?? null,
    view: breaker.view,
    now: breaker.now,
  };
}

export const unknownBreaker = (key: string): RecloserError =>
  new RecloserError(
    'unknown_breaker',
    `There is no breaker "${key}" here. See the list of breakers, or create it.`,
    { breaker: key },
  );
