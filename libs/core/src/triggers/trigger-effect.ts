import { dim } from '../command/command-dim.js';
import type { CommandResult } from '../command/command-result.js';
import { setMode, trip } from '../command/command-state.js';
import { withKeptPartitions } from '../fleet/decide-breaker.js';
import { ADMISSION_NONE, formatAdmission } from '../model/admission.js';
import type {
  Admission,
  BreakerRecord,
  BreakerState,
  Control,
  Millis,
  Transition,
} from '../model/model.js';
import { formatDuration } from '../model/words.js';
import { evidenceOf } from '../recovery/transition.js';

/** What an incoming trigger can do to a breaker. It can never restore one. */
export const TRIGGER_ACTIONS = ['open', 'dim', 'hold'] as const;
export type TriggerAction = (typeof TRIGGER_ACTIONS)[number];

/** What one call of a trigger asks for. */
export interface TriggerEffect {
  readonly action: TriggerAction;
  /** For `dim` alone; null for the others. */
  readonly admission: Admission | null;
  readonly until: Millis;
  /** The trigger's name, for people. */
  readonly name: string;
  /** An end that is less later than the present one is not worth a change, ms. */
  readonly slackMs: Millis;
}

/** Why a call of a trigger changes nothing. */
export type TriggerObstacle = 'observing' | 'held' | 'lower' | 'recovering' | 'lasts';

export type TriggerResult =
  | { readonly doing: 'acted' | 'extended'; readonly transition: Transition }
  | { readonly doing: 'nothing'; readonly why: TriggerObstacle };

type DimmedState = Extract<BreakerState, { kind: 'dimmed' }>;

/**
 * What a call of a trigger makes of a breaker. Nobody has to end it: at `until` the breaker starts to come back.
 *
 * A hold of a person or schedule stands, a breaker that only observes goes on observing, and a trigger never admits more.
 * `own`: a trigger moved it last, and gives its hold or dimming a later end, never an earlier one.
 */
export function triggered(
  record: BreakerRecord,
  effect: TriggerEffect,
  now: Millis,
  own: boolean,
): TriggerResult {
  const { mode } = record.control;
  if (mode === 'observe') return nothing('observing');
  if (mode === 'held') {
    return own && effect.action !== 'dim' ? heldAlready(record, effect, now) : nothing('held');
  }
  switch (effect.action) {
    case 'open':
      return acted(record, trip(record, effect.until, now), effect, now);
    case 'hold':
      return acted(record, setMode(record, 'held', effect.until, now), effect, now);
    case 'dim':
      return dimmed(record, effect, now, own);
  }
}

const nothing = (why: TriggerObstacle): TriggerResult => ({ doing: 'nothing', why });

/** A trigger holds it: as it is, or open. */
function heldAlready(record: BreakerRecord, effect: TriggerEffect, now: Millis): TriggerResult {
  const { state, control } = record;
  const end = control.mode === 'held' ? control.until : null;
  const until = latest(end, effect.until);
  if (effect.action === 'open' && state.kind !== 'open') {
    return acted(record, trip(record, until, now), effect, now);
  }
  if (isLateEnough(end, effect)) return nothing('lasts');
  return extended(record, { state, control: { mode: 'held', until } }, effect, now);
}

function dimmed(
  record: BreakerRecord,
  effect: TriggerEffect,
  now: Millis,
  own: boolean,
): TriggerResult {
  const { state } = record;
  const admission = effect.admission ?? ADMISSION_NONE;
  switch (state.kind) {
    case 'open':
    case 'probing':
      return nothing('lower');
    case 'ramping':
      return nothing('recovering');
    case 'closed':
      return acted(record, dim(record, admission, effect.until, now), effect, now);
    case 'dimmed':
      return dimmedMore(record, state, { ...effect, admission }, now, own);
  }
}

function dimmedMore(
  record: BreakerRecord,
  state: DimmedState,
  effect: TriggerEffect & { readonly admission: Admission },
  now: Millis,
  own: boolean,
): TriggerResult {
  const isByLoad = state.load !== undefined;
  const end = isByLoad ? now : (state.until ?? null);
  if (state.admission <= effect.admission) {
    if (!own) return nothing('lower');
    if (isLateEnough(end, effect)) return nothing('lasts');
    const longer = { ...state, until: latest(end, effect.until) };
    return extended(record, { state: longer, control: record.control }, effect, now);
  }
  // After the trigger's end the breaker would come back, which the person who dimmed it does not want.
  if (end === null) return nothing('held');
  const until = latest(end, effect.until);
  return acted(record, dim(record, effect.admission, until, now), effect, now);
}

/** null: it has no end. */
const latest = (end: Millis | null, until: Millis): Millis | null =>
  end === null ? null : Math.max(end, until);

const isLateEnough = (end: Millis | null, { until, slackMs }: TriggerEffect): boolean =>
  end === null || until - end < slackMs;

/** The admission and the end are good, so what is refused is there already. */
function acted(
  record: BreakerRecord,
  result: CommandResult,
  effect: TriggerEffect,
  now: Millis,
): TriggerResult {
  if (!result.ok) return nothing('lasts');
  return { doing: 'acted', transition: explained(record, result.transition, effect, now) };
}

function extended(
  record: BreakerRecord,
  to: { readonly state: BreakerState; readonly control: Control },
  effect: TriggerEffect,
  now: Millis,
): TriggerResult {
  const change = { ...to, versionChanged: false };
  return { doing: 'extended', transition: explained(record, change, effect, now) };
}

function explained(
  record: BreakerRecord,
  { state, control, versionChanged }: Omit<Transition, 'evidence'>,
  effect: TriggerEffect,
  now: Millis,
): Transition {
  const end = control.mode === 'held' ? control.until : endOf(state);
  const span = end === null ? '' : ` for ${formatDuration(end - now)}`;
  const after = state.kind === 'closed' ? 'evidence moves it again' : 'it comes back step by step';
  const doing = wordsOf(record.state, effect, state);
  const summary = `${doing} by trigger "${effect.name}"${span}; then ${after}.`;
  const evidence = evidenceOf('trigger', { summary });
  return withKeptPartitions(record, { state, control, versionChanged, evidence }, now);
}

const endOf = (state: BreakerState): Millis | null =>
  state.kind === 'dimmed' ? (state.until ?? null) : null;

function wordsOf(before: BreakerState, { action }: TriggerEffect, after: BreakerState): string {
  if (action === 'hold') return 'Held as it is';
  if (after.kind === 'dimmed') return `Dimmed to ${formatAdmission(after.admission)}`;
  return before.kind === 'open' ? 'Kept open' : 'Opened';
}
