import { sameScope, type Scope } from '@recloser/core';
import type { BreakerSummary, ScopeRow } from '@recloser/protocol';

/** What holds now for a part of the fleet, or for all of it. */
export function standingOf<B extends Pick<BreakerSummary, 'scopes'>>(
  breaker: B,
  scope: Scope | undefined,
): B | ScopeRow {
  return breaker.scopes.find((row) => scope !== undefined && sameScope(row, scope)) ?? breaker;
}
