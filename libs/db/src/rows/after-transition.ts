import {
  admissionOf,
  nextVersion,
  sameScope,
  type Millis,
  type Scope,
  type ScopedState,
  type Transition,
} from '@recloser/core';
import type { Actor } from '@recloser/protocol';
import type { CommitChange, LockedBreaker } from './model.js';

/** A breaker after a change of one of its states, under the next version of its one counter where that changes. */
export function afterTransition(
  before: LockedBreaker,
  { transition, action, reason, dueAt }: CommitChange,
  actor: Actor,
  now: Millis,
): LockedBreaker {
  const { state, control, versionChanged, evidence, scopes = before.scopes ?? [] } = transition;
  const version = versionChanged ? nextVersion({ ...before, scopes }) : before.version;
  const scope = scopeChanged(before, transition);
  const after: LockedBreaker = {
    ...before,
    version,
    state,
    control,
    scopes,
    lastVersion: nextVersion({ ...before, version, scopes }) - 1,
    dueAt,
  };
  if (scope === undefined) {
    const last = { at: now, action, reason, actor, evidence };
    return { ...after, changedAt: now, last };
  }
  // What moved the fleet last is still why it is in its state; the part keeps its own.
  const last = {
    at: now,
    cause: evidence.cause,
    summary: evidence.summary,
    actor: actor.kind === 'system' ? null : actor.name,
    reason,
  };
  return {
    ...after,
    scopes: scopes.map((scoped) => (sameScope(scoped.scope, scope) ? { ...scoped, last } : scoped)),
  };
}

/** The part of the fleet whose state a transition changes; undefined: the fleet's own. */
export function scopeChanged(before: LockedBreaker, transition: Transition): Scope | undefined {
  return transition.state === before.state ? transition.evidence.scope : undefined;
}

/** What the audit log keeps of a breaker before and after a change of its state, or of that of one part of the fleet. */
export function stateSummary(breaker: LockedBreaker, scope?: Scope): Record<string, unknown> {
  if (scope !== undefined) {
    const scoped = breaker.scopes?.find((known) => sameScope(known.scope, scope));
    return { scope, ...(scoped === undefined ? { state: null } : standingOf(scoped)) };
  }
  const scopes = breaker.scopes?.map((scoped) => scoped.scope) ?? [];
  return { ...standingOf(breaker), ...(scopes.length > 0 && { scopes }) };
}

function standingOf({
  version,
  state,
  control,
}: Pick<ScopedState, 'version' | 'state' | 'control'>): Record<string, unknown> {
  return { version, state, control, admission: admissionOf(state, control) };
}
