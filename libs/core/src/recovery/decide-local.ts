import type {
  BreakerRecord,
  Evidence,
  Millis,
  DecisionResult,
  OutageContext,
} from '../model/model.js';
import { judgeLocal, localSummary } from '../trip/local-openings.js';
import { formatDuration, plural } from '../model/words.js';
import { type ClosedState, coolDownFor, factsOf, openState, type RampingState } from './state.js';
import { transitionTo } from './transition.js';

/**
 * Opens the breaker for the fleet where instances have opened it on their own: while they reject, no call can show what
 * is wrong. The cool-down counts from their opening, so that the wait is not served twice.
 */
export function decideLocal(
  record: BreakerRecord,
  state: ClosedState | RampingState,
  evidence: Evidence,
  now: Millis,
  random: number,
): DecisionResult {
  const { policy } = record;
  const local = evidence.windows[0]?.local;
  const judged = judgeLocal(policy, evidence, now);
  // What failed before the present state began is not about it: a person may have closed the breaker since.
  if (local === undefined || judged === null || local.failedAt < state.since) {
    return { transition: null, dueAt: null };
  }
  if (judged.kind === 'wait') return { transition: null, dueAt: judged.until };
  const { verdict } = judged;
  const openedAt = Math.max(state.since, verdict.startedAt);
  const facts = factsAfter(state, openedAt, now);
  const coolDown = coolDownFor(policy, facts, now, random);
  const endsAt = Math.max(now, openedAt + coolDown);
  const wait = endsAt > now ? `ends in ${formatDuration(endsAt - now)}` : 'has ended';
  return transitionTo(record, now, openState(facts, endsAt, now), 'local_openings', {
    summary:
      `${localSummary(local, { ...verdict, startedAt: openedAt }, now)} ` +
      `The cool-down of ${formatDuration(coolDown)} since then ${wait}` +
      (facts.relapses > 0 ? ` after ${plural(facts.relapses, 'relapse')}.` : '.'),
    window: evidence.windows[0] ?? null,
  });
}

/** An opening from a ramp, or before the breaker was stable, is a relapse. */
function factsAfter(
  state: ClosedState | RampingState,
  openedAt: Millis,
  now: Millis,
): OutageContext {
  const facts = factsOf(state, now);
  if (state.kind === 'ramping') return { ...facts, relapses: facts.relapses + 1 };
  const relapsed = openedAt < state.stableAt;
  return { ...facts, outageStartedAt: openedAt, relapses: relapsed ? state.relapses + 1 : 0 };
}

/** The first decision where it changes something; else the other, looked at again when the first has to be. */
export function sooner(first: DecisionResult, other: () => DecisionResult): DecisionResult {
  if (first.transition !== null) return first;
  const next = other();
  if (next.transition !== null || first.dueAt === null) return next;
  return { ...next, dueAt: Math.min(first.dueAt, next.dueAt ?? first.dueAt) };
}
