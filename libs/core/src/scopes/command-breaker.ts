import { command } from '../command/command.js';
import { type CommandResult, refuse } from '../command/command-result.js';
import type { BreakerRecord, Command, Millis, Scope, ScopedState } from '../model.js';
import { initialState } from '../recovery/state.js';
import { recordOfPart, scopeTransition, withKeptScopes } from './decide-breaker.js';
import { isLive, keptScopes, liveScopes, sameScope, scopeName, SCOPES_MAX } from './scope.js';

/**
 * As `command`, for a breaker whose fleet may be in several states. With a scope it is about that part alone: one
 * that has no state of its own gets one, and one that is closed and moved by evidence is over.
 */
export function commandBreaker(
  record: BreakerRecord,
  wish: Command,
  now: Millis,
  random: number,
  scope: Scope | null = null,
): CommandResult {
  if (scope !== null) return commandScope(record, wish, now, random, scope);
  const result = command(record, wish, now, random);
  if (!result.ok) return result;
  return { ok: true, transition: withKeptScopes(record, result.transition, now) };
}

function commandScope(
  record: BreakerRecord,
  wish: Command,
  now: Millis,
  random: number,
  scope: Scope,
): CommandResult {
  if (wish.type === 'mode.set' && wish.mode === 'observe') {
    return refuse(
      'scope_not_possible',
      'Only a whole breaker can observe. Hold this part, or give it back to the evidence.',
    );
  }
  const live = liveScopes(record);
  const known = live.find((scoped) => sameScope(scoped.scope, scope));
  if (known === undefined && live.length >= SCOPES_MAX) {
    return refuse(
      'too_many_scopes',
      `${SCOPES_MAX} parts have a state of their own already. Restore one of them, or move the whole breaker.`,
    );
  }
  const before = known ?? freshScope(record, scope, now);
  const result = command(recordOfPart(record, before), wish, now, random);
  if (!result.ok) return result;
  // A new part begins to count apart, whatever the command makes of it.
  const versionChanged = result.transition.versionChanged || known === undefined;
  const changed = { ...result.transition, versionChanged };
  return fitted(record, before, scopeTransition(record, before, changed, now), now);
}

function freshScope({ version, scopes }: BreakerRecord, scope: Scope, now: Millis): ScopedState {
  const remembered = scopes?.find((scoped) => sameScope(scoped.scope, scope));
  const { within = {}, instances = 0, state = initialState(now) } = remembered ?? {};
  return { scope, version, state, control: { mode: 'auto' }, within, instances };
}

/** Beside a fleet that has opened or is held as a whole, a part that nobody holds has nothing to decide. */
function fitted(
  record: BreakerRecord,
  { scope }: ScopedState,
  transition: Extract<CommandResult, { ok: true }>['transition'],
  now: Millis,
): CommandResult {
  const wanted = transition.scopes ?? [];
  const kept = keptScopes(wanted, record.state, record.control, now);
  const isOver = (scopes: readonly ScopedState[]) =>
    !scopes.some((scoped) => sameScope(scoped.scope, scope) && isLive(scoped));
  if (!isOver(wanted) && isOver(kept)) {
    const wasLive = !isOver(record.scopes ?? []);
    if (!wasLive) {
      return refuse(
        'scope_not_possible',
        `While the breaker as a whole is ${record.control.mode === 'auto' ? record.state.kind : record.control.mode}, ` +
          `${scopeName(scope)} can only be held. Open it or hold it instead.`,
      );
    }
    const summary = `${transition.evidence.summary} The state of the whole breaker holds for it again.`;
    return {
      ok: true,
      transition: {
        ...transition,
        scopes: kept,
        evidence: { ...transition.evidence, summary },
      },
    };
  }
  return { ok: true, transition };
}
