import type { StateKind } from '@recloser/core';
import type { BreakerSummary } from '@recloser/protocol';

interface Shown {
  readonly state: StateKind;
  readonly outage: BreakerSummary['outage'];
}

/** Between failed probe rounds, of which there is about one a second, a breaker stays "Open" for the reader. */
function steadyState({ state, outage }: Shown): StateKind {
  return state === 'probing' && outage !== null && outage.failedRounds > 0 ? 'open' : state;
}

/** The breaker with the state that people are shown, for itself and for its parts: it does not flicker while probes fail. */
export function withSteadyState<T extends BreakerSummary>(breaker: T): T {
  const state = steadyState(breaker);
  const isSteady =
    state === breaker.state && breaker.scopes.every((part) => steadyState(part) === part.state);
  if (isSteady) return breaker;
  return {
    ...breaker,
    state,
    scopes: breaker.scopes.map((part) => ({ ...part, state: steadyState(part) })),
  };
}

/** Since when it is as it is: a breaker that is not closed speaks of its outage, not of its last failed probe. */
export function troubledSince({ outage, since }: Pick<BreakerSummary, 'outage' | 'since'>): number {
  return outage?.startedAt ?? since;
}
