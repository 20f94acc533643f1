import { ADMISSION_NONE, admissionOf, formatAdmission } from '../model/admission.js';
import type {
  Admission,
  BreakerRecord,
  BreakerState,
  Control,
  Millis,
  Transition,
} from '../model/model.js';
import { withKeptPartitions } from '../fleet/decide-breaker.js';
import { factsOf, openState } from '../recovery/state.js';
import { evidenceOf } from '../recovery/transition.js';
import { formatDuration } from '../model/words.js';

/** What maintenance windows that are on at the same time make of a breaker. */
export interface ScheduledEffect {
  /** ADMISSION_NONE: open. */
  readonly admission: Admission;
  readonly until: Millis;
  /** The schedules, for people. */
  readonly names: readonly string[];
}

/** Of windows that overlap, the smallest admission and the longest end count; null of none. */
export function joinEffects(effects: readonly ScheduledEffect[]): ScheduledEffect | null {
  if (effects.length === 0) return null;
  return {
    admission: Math.min(...effects.map(({ admission }) => admission)),
    until: Math.max(...effects.map(({ until }) => until)),
    names: [...new Set(effects.flatMap(({ names }) => names))],
  };
}

/**
 * The change that a maintenance window makes of a breaker when it begins; null when there is nothing to do. Nobody has
 * to end it: a hold and a dimming have an end, after which the breaker comes back by its ladder.
 *
 * A person's hold stands, and a breaker that only observes goes on observing. `own`: a schedule moved it last, and may
 * give what it did another end, also one that has passed. One that is open or being probed by evidence is opened for the whole window, but not dimmed: it
 * is lower already, and comes back by its ladder.
 */
export function scheduled(
  record: BreakerRecord,
  effect: ScheduledEffect,
  now: Millis,
  own: boolean,
): Transition | null {
  const { state, control } = record;
  if (control.mode === 'observe' || (effect.until <= now && !own)) return null;
  if (control.mode === 'held' && !own) return null;
  const transition =
    effect.admission === ADMISSION_NONE
      ? opened(record, effect, now, own)
      : state.kind === 'open' || state.kind === 'probing'
        ? null
        : dimmed(record, effect, now, own);
  return transition === null ? null : withKeptPartitions(record, transition, now);
}

function opened(
  { state, control }: BreakerRecord,
  effect: ScheduledEffect,
  now: Millis,
  own: boolean,
): Transition | null {
  const until = Math.max(effect.until, now);
  const isOpen = state.kind === 'open';
  const isHeld = isOpen && control.mode === 'held';
  if (isHeld && isSameEnd(control.until, until, now)) return null;
  // Over already: what a schedule does not hold any more needs no other end.
  if (until <= now && !(isHeld && own)) return null;
  const next = isOpen
    ? { ...state, coolDownEndsAt: null }
    : openState(factsOf(state, now), null, now);
  const doing = isOpen ? 'Kept open' : 'Opened';
  return changed(next, { mode: 'held', until }, !isOpen, doing, { ...effect, until }, now);
}

function dimmed(
  { state, control }: BreakerRecord,
  effect: ScheduledEffect,
  now: Millis,
  own: boolean,
): Transition | null {
  const present = admissionOf(state, control);
  const admission = Math.min(effect.admission, present);
  const isDimmed = state.kind === 'dimmed';
  if (effect.until <= now && !isDimmed) return null;
  const least = isDimmed && !own ? (state.until ?? effect.until) : now;
  const until = Math.max(effect.until, least);
  const same =
    isDimmed && state.admission === admission && isSameEnd(state.until ?? null, until, now);
  if (same) return null;
  const next: BreakerState = { kind: 'dimmed', since: now, admission, until };
  const doing = `Dimmed to ${formatAdmission(admission)}`;
  return changed(next, { mode: 'auto' }, admission !== present, doing, { ...effect, until }, now);
}

/** One that has passed is as good as any other that has. */
function isSameEnd(end: Millis | null, until: Millis, now: Millis): boolean {
  return end === until || (end !== null && end <= now && until <= now);
}

function changed(
  state: BreakerState,
  control: Control,
  versionChanged: boolean,
  doing: string,
  { names, until }: ScheduledEffect,
  now: Millis,
): Transition {
  const schedules = names.map((name) => `"${name}"`).join(' and ');
  const summary =
    until <= now
      ? `The window of schedule ${schedules} is over; it comes back step by step.`
      : `${doing} by schedule ${schedules} for ${formatDuration(until - now)}; then it comes back step by step.`;
  return { state, control, versionChanged, evidence: evidenceOf('schedule', { summary }) };
}
