import { ADMISSION_ALL, formatAdmission } from '../admission/admission.js';
import type {
  BreakerRecord,
  LoadDimming,
  Millis,
  Outcome,
  TransitionCause,
  WindowEvidence,
} from '../model.js';
import { closedState, type ClosedState, type DimmedState, undimmed } from '../recovery/state.js';
import { evidenceOf } from '../recovery/transition.js';
import { formatDuration, formatRate, plural } from '../words.js';
import {
  LOAD_CALLS_MIN,
  LOAD_CHANGE_MS,
  type Load,
  loadOf,
  lowered,
  oneUp,
  raised,
} from './load.js';

/** A step up that had to be taken back makes the next one wait twice as long, up to this. */
const RAISE_WAIT_MAX_MS = 60_000;
/** How long the first step up to an admission that was too much waits, in ms. */
const RAISE_WAIT_MS = 4_000;
/** With too few calls to tell, and none that says no, a step up is taken after this. */
const QUIET_MS = 10_000;

const REST: Outcome = { transition: null, dueAt: null };

/** Lets in less of a closed breaker's traffic when the dependency accepts too little of it. */
export function decideOverload(
  record: BreakerRecord,
  state: ClosedState,
  window: WindowEvidence | null,
  now: Millis,
): Outcome {
  const { adaptive } = record.policy;
  if (adaptive === null || window === null || record.part !== undefined) return REST;
  const load = loadOf(window.counts);
  const admission = lowered(ADMISSION_ALL, load, adaptive.k);
  if (admission === null) return REST;
  const dimmed: DimmedState = {
    kind: 'dimmed',
    since: now,
    admission,
    load: {
      changedAt: now,
      ceiling: ADMISSION_ALL,
      rising: false,
      raiseWaitMs: firstWait(state, now),
      relapses: now < state.stableAt ? state.relapses : 0,
    },
  };
  const summary = `${acceptedWords(load, window)} ${movedWords(ADMISSION_ALL, admission)}`;
  return moved(record, dimmed, 'load_lowered', summary, now);
}

/** Moves a breaker that load has dimmed, at most once a second; all the way up it is closed. */
export function decideDimmedByLoad(
  record: BreakerRecord,
  state: DimmedByLoad,
  window: WindowEvidence | null,
  now: Millis,
): Outcome {
  const { policy } = record;
  if (policy.adaptive === null) {
    const summary = 'Admission no longer follows the load; all accounts come back, step by step.';
    const next = undimmed(policy, state, now);
    return { ...moved(record, next, 'load_raised', summary, now), dueAt: now };
  }
  const { changedAt, ceiling, raiseWaitMs } = state.load;
  // A clock that was set back must not keep it dimmed.
  const waited = now < changedAt ? Number.POSITIVE_INFINITY : now - changedAt;
  if (waited < LOAD_CHANGE_MS) return { transition: null, dueAt: changedAt + LOAD_CHANGE_MS };
  const again: Outcome = { transition: null, dueAt: now + LOAD_CHANGE_MS };
  if (window === null) return again;
  const load = loadOf(window.counts);
  const less = lowered(state.admission, load, policy.adaptive.k);
  if (less !== null) {
    const summary = `${acceptedWords(load, window)} ${movedWords(state.admission, less)}`;
    const next = { ...state, admission: less, load: afterDown(state, now) };
    return moved(record, next, 'load_lowered', summary, now);
  }
  if (oneUp(state.admission) >= (ceiling ?? Number.POSITIVE_INFINITY) && waited < raiseWaitMs)
    return again;
  const more = raised(state.admission, load, policy.adaptive.k);
  if (more !== null) {
    return up(record, state, more, acceptedWords(load, window), now);
  }
  const isQuiet = load.made < LOAD_CALLS_MIN && load.throttled === 0 && load.accepted === load.made;
  if (!isQuiet || waited < QUIET_MS) return again;
  const words = `Only ${plural(load.made, 'call')} in ${formatDuration(window.lengthMs)}, all accepted.`;
  return up(record, state, oneUp(state.admission), words, now);
}

function up(
  record: BreakerRecord,
  state: DimmedByLoad,
  admission: number,
  words: string,
  now: Millis,
): Outcome {
  const { load } = state;
  const next =
    admission >= ADMISSION_ALL
      ? {
          ...closedState(record.policy, load.relapses, now),
          load: { raiseWaitMs: load.raiseWaitMs },
        }
      : { ...state, admission, load: afterUp(state, now) };
  const end = next.kind === 'closed' ? ` Closed after ${formatDuration(now - state.since)}.` : '';
  const summary = `${words} ${movedWords(state.admission, admission)}${end}`;
  return moved(record, next, 'load_raised', summary, now);
}

/** Closed a moment ago, and too much again: the step up to all is taken back as any other. */
function firstWait({ since, load }: ClosedState, now: Millis): number {
  if (load === undefined || now >= since + RAISE_WAIT_MAX_MS) return RAISE_WAIT_MS;
  return Math.min(RAISE_WAIT_MAX_MS, load.raiseWaitMs * 2);
}

type DimmedByLoad = DimmedState & { readonly load: LoadDimming };

/** The present admission was too much: after a step up, it is taken back. */
function afterDown({ admission, load }: DimmedByLoad, now: Millis): LoadDimming {
  const { rising, raiseWaitMs } = load;
  const wait = rising ? Math.min(RAISE_WAIT_MAX_MS, raiseWaitMs * 2) : raiseWaitMs;
  return { ...load, changedAt: now, ceiling: admission, rising: false, raiseWaitMs: wait };
}

function afterUp({ admission, load }: DimmedByLoad, now: Millis): LoadDimming {
  const { ceiling } = load;
  // What was too much has held since: the dependency accepts more than before.
  return ceiling !== null && admission >= ceiling
    ? { ...load, changedAt: now, rising: true, ceiling: null, raiseWaitMs: RAISE_WAIT_MS }
    : { ...load, changedAt: now, rising: true };
}

/** Counts go on under the same version: a dependency that dies while it is dimmed is found as soon as any other. */
function moved(
  record: BreakerRecord,
  state: BreakerRecord['state'],
  cause: Extract<TransitionCause, `load_${string}`>,
  summary: string,
  now: Millis,
): Outcome {
  const transition = {
    state,
    control: record.control,
    versionChanged: false,
    evidence: evidenceOf(cause, { summary }),
  };
  return { transition, dueAt: state.kind === 'dimmed' ? now + LOAD_CHANGE_MS : null };
}

function acceptedWords(load: Load, { lengthMs }: WindowEvidence): string {
  const { made, accepted, throttled, slow } = load;
  const rate = formatRate(made === 0 ? 0 : accepted / made);
  const failed = Math.max(0, made - accepted - throttled - slow);
  const rest = [
    ...(throttled > 0 ? [`${throttled} got a 429`] : []),
    ...(slow > 0 ? [`${slow} were slow`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
  const not = rest.length === 0 ? '' : `; ${rest.join(', ')}`;
  return `${accepted} of ${plural(made, 'call')} accepted (${rate}) in up to ${formatDuration(lengthMs)}${not}.`;
}

function movedWords(from: number, to: number): string {
  return `Admission ${formatAdmission(from)} → ${formatAdmission(to)}.`;
}
