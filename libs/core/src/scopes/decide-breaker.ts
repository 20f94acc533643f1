import { decide } from '../recovery/decide.js';
import type {
  BreakerRecord,
  Evidence,
  Millis,
  Outcome,
  Policy,
  ScopedState,
  Transition,
} from '../model.js';
import { dueAt } from '../recovery/timing.js';
import { listNames } from '../words.js';
import { findCause } from './cause.js';
import { leaveOut, leftOutOf } from './leave-out.js';
import {
  keptScopes,
  liveScopes,
  nextVersion,
  policyOfPart,
  pruned,
  sameScope,
  scopeName,
  SCOPES_MAX,
  withScope,
} from './scope.js';
import { observedCause, tripScope } from './trip-scope.js';

/** A scope that is probed and whose instances have all gone is given up after this. */
const GONE_MS = 600_000;

/** Nothing is known. */
export const NO_EVIDENCE: Evidence = {
  windows: [],
  buckets: null,
  step: null,
  probe: null,
  acks: null,
};

/**
 * As `decide`, for a breaker whose fleet may be in several states: the narrowest cause first, then the fleet, then
 * the parts that have a state of their own. At most one change; look again at once after one.
 */
export function decideBreaker(
  record: BreakerRecord,
  evidence: Evidence,
  now: Millis,
  random: number,
): Outcome {
  const live = liveScopes(record);
  const known = withoutScopes(record.policy, evidence, live);
  const scoped = decideCause(record, live, known, now, random);
  if (scoped !== null) return scoped;
  const fleet = decide(record, known, now, random);
  if (fleet.transition !== null) {
    return withDue(record, told(fleet, record, live, evidence, now), now);
  }
  return decideEach(record, live, evidence, fleet.dueAt, now, random);
}

/** When the breaker, in any of its states, must be looked at again at the latest; null: only when signals arrive. */
export function nextDue(record: BreakerRecord, now: Millis): Millis | null {
  const { state, control, policy } = record;
  return earliest([
    dueAt(state, policy, now, control),
    ...liveScopes(record).map((scoped) =>
      dueAt(scoped.state, policyOfPart(policy, scoped), now, scoped.control),
    ),
  ]);
}

function earliest(times: readonly (Millis | null)[]): Millis | null {
  const due = times.filter((time) => time !== null);
  return due.length === 0 ? null : Math.min(...due);
}

function withoutScopes(
  { trip }: Policy,
  evidence: Evidence,
  live: readonly ScopedState[],
): Evidence {
  if (live.length === 0) return evidence;
  const { step } = evidence;
  const windows = evidence.windows.map((window) => leaveOut(window, live, trip));
  return {
    ...evidence,
    windows,
    ...(windows.some((window, i) => window !== evidence.windows[i]) && { reduced: true }),
    step: step && leaveOut(step, live, trip),
  };
}

/** A part of the fleet trips, or would have. */
function decideCause(
  record: BreakerRecord,
  live: readonly ScopedState[],
  evidence: Evidence,
  now: Millis,
  random: number,
): Outcome | null {
  const { state, control, policy } = record;
  if (state.kind !== 'closed' && state.kind !== 'dimmed') return null;
  if (control.mode === 'held' || live.length >= SCOPES_MAX) return null;
  if (control.mode === 'observe') {
    return state.kind === 'closed' ? observedCause(record, state, evidence, now) : null;
  }
  const cause = findCause(policy, evidence);
  if (cause === null || live.some(({ scope }) => sameScope(scope, cause.part.scope))) return null;
  return withDue(record, tripScope(record, cause, now, random), now);
}

/** The fleet's change, with what it leaves of the scoped states and whose calls it did not count. */
function told(
  { transition, dueAt: due }: Outcome,
  record: BreakerRecord,
  live: readonly ScopedState[],
  evidence: Evidence,
  now: Millis,
): Outcome {
  if (transition === null) return { transition, dueAt: due };
  const leftOut = transition.evidence.window === null ? [] : leftOutOf(evidence.windows, live);
  const names = leftOut.map(scopeName);
  return {
    transition: {
      ...withKeptScopes(record, transition, now),
      ...(leftOut.length > 0 && {
        evidence: {
          ...transition.evidence,
          summary: `${transition.evidence.summary} Not counted, as decided on apart: ${listNames(names)}.`,
          leftOut,
        },
      }),
    },
    dueAt: due,
  };
}

/** A change of the fleet's state, with the scoped states that stay beside it. */
export function withKeptScopes(
  record: BreakerRecord,
  transition: Transition,
  now: Millis,
): Transition {
  const before = record.scopes ?? [];
  const kept = keptScopes(before, transition.state, transition.control, now);
  return kept.length === before.length ? transition : { ...transition, scopes: kept };
}

function withDue(record: BreakerRecord, outcome: Outcome, now: Millis): Outcome {
  const { transition } = outcome;
  if (transition === null) return outcome;
  const { state, control, scopes = record.scopes ?? [] } = transition;
  return { transition, dueAt: nextDue({ ...record, state, control, scopes }, now) };
}

/** The first of the scoped states that changes; else when the next of them may. */
function decideEach(
  record: BreakerRecord,
  live: readonly ScopedState[],
  evidence: Evidence,
  fleetDue: Millis | null,
  now: Millis,
  random: number,
): Outcome {
  const dues = [fleetDue];
  for (const scoped of live) {
    const known = evidence.scopes?.get(scoped.version) ?? NO_EVIDENCE;
    const outcome = decideScoped(record, scoped, { ...known, partial: true }, now, random);
    if (outcome.transition !== null) return withDue(record, outcome, now);
    dues.push(outcome.dueAt);
  }
  return { transition: null, dueAt: earliest(dues) };
}

function decideScoped(
  record: BreakerRecord,
  scoped: ScopedState,
  evidence: Evidence,
  now: Millis,
  random: number,
): Outcome {
  const gone = goneOf(record, scoped, evidence, now);
  if (gone !== null) return { transition: gone, dueAt: null };
  const outcome = decide(recordOfPart(record, scoped), evidence, now, random);
  if (outcome.transition === null) return outcome;
  return {
    transition: scopeTransition(record, scoped, outcome.transition, now),
    dueAt: outcome.dueAt,
  };
}

/** A part as a breaker of its own. */
export function recordOfPart(record: BreakerRecord, scoped: ScopedState): BreakerRecord {
  const { version, state, control, scope } = scoped;
  const policy = policyOfPart(record.policy, scoped);
  return { key: record.key, policy, version, state, control, part: scope };
}

/** What a change of one scoped state makes of the breaker: the fleet's state stays as it is. */
export function scopeTransition(
  record: BreakerRecord,
  scoped: ScopedState,
  changed: Transition,
  now: Millis,
): Transition {
  const { state, control, versionChanged, evidence } = changed;
  const version = versionChanged ? nextVersion(record) : scoped.version;
  const after = { ...scoped, state, control, version };
  return {
    state: record.state,
    control: record.control,
    versionChanged: false,
    evidence: {
      ...evidence,
      scope: scoped.scope,
      summary: `${capital(scopeName(scoped.scope))}: ${evidence.summary}`,
    },
    scopes: pruned(withScope(record.scopes ?? [], after), now),
  };
}

function goneOf(
  record: BreakerRecord,
  { scope, state, control }: ScopedState,
  { probe }: Evidence,
  now: Millis,
): Transition | null {
  if (control.mode !== 'auto' || state.kind !== 'probing') return null;
  const claimed = probe?.round === state.round ? probe.claimed : null;
  if (claimed !== 0 || now < state.roundStartedAt + GONE_MS) return null;
  return {
    state: record.state,
    control: record.control,
    versionChanged: false,
    evidence: {
      cause: 'scope_gone',
      summary: `${capital(scopeName(scope))} is no longer decided on apart: for 10 min none of its instances wanted a call.`,
      window: null,
      probe,
      acks: null,
      scope,
    },
    scopes: (record.scopes ?? []).filter((scoped) => !sameScope(scoped.scope, scope)),
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
