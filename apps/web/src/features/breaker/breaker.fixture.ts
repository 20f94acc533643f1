import {
  admissionOf,
  type BreakerState,
  callView,
  type Control,
  DEFAULT_POLICY,
} from '@recloser/core';
import type { BreakerDetail, PartitionRow } from '@recloser/protocol';

const NAMED = { key: 'stripe', name: 'stripe', owner: '', tags: [], discovered: false };

/** A breaker in any state, for tests. */
export function breakerIn(
  current: BreakerState,
  control: Control = { mode: 'auto' },
  changes: Partial<BreakerDetail> = {},
): BreakerDetail {
  const admission = admissionOf(current, control);
  return {
    ...NAMED,
    state: current.kind,
    mode: control.mode,
    heldUntil: control.mode === 'held' ? control.until : null,
    admission,
    version: 4,
    revision: 2,
    seq: 9,
    since: current.since,
    dueAt: null,
    step: null,
    threshold: 0.4,
    cause: null,
    summary: '',
    outage: null,
    paused: false,
    scopes: [],
    description: '',
    cohortKey: 'accountId',
    group: null,
    salt: 's',
    createdAt: 0,
    policy: DEFAULT_POLICY,
    rules: [],
    current,
    control,
    evidence: null,
    view: {
      key: 'stripe',
      version: 4,
      state: current.kind,
      mode: control.mode,
      admission,
      salt: 's',
      cohortKey: 'accountId',
      rules: [],
      call: callView(DEFAULT_POLICY.call),
      retryAfterMs: null,
    },
    now: current.since,
    ...changes,
  };
}

/** A zone in any state, for tests. */
export function partIn(current: BreakerState): PartitionRow {
  const { state, mode, heldUntil, admission, version, since, step, cause, summary } =
    breakerIn(current);
  const standing = { state, mode, heldUntil, admission, version, since, step, cause, summary };
  const whose = { instances: 3, actor: null, reason: '', outage: null, paused: false };
  return { kind: 'zone', value: 'eu-1a', current, ...standing, ...whose };
}

const outage = { outageStartedAt: 0, rateBefore: 0, relapses: 0 };

export const CLOSED: BreakerState = { kind: 'closed', since: 0, relapses: 0, stableAt: 0 };
export const OPEN: Extract<BreakerState, { kind: 'open' }> = {
  kind: 'open',
  since: 0,
  coolDownEndsAt: 4_000,
  ...outage,
};
export const PROBING: BreakerState = {
  kind: 'probing',
  since: 0,
  round: 1,
  roundStartedAt: 0,
  ...outage,
};

export function ramping(
  changes: Partial<Extract<BreakerState, { kind: 'ramping' }>> = {},
): BreakerState {
  return {
    kind: 'ramping',
    since: 0,
    ladder: DEFAULT_POLICY.recovery.ladder,
    step: 1,
    exact: null,
    stepStartedAt: 0,
    dwellStartedAt: 1_000,
    dwellMs: 4_000,
    paused: false,
    ...outage,
    ...changes,
  };
}
