import { ADMISSION_ALL, formatAdmission } from '../model/admission.js';
import type {
  BreakerRecord,
  Evidence,
  LoadDimming,
  Millis,
  DecisionResult,
  TransitionCause,
  WindowEvidence,
} from '../model/model.js';
import { closedState, type ClosedState, type DimmedState, undimmed } from './state.js';
import { evidenceOf } from './transition.js';
import { formatDuration, formatRate, plural } from '../model/words.js';
import { type AskedWait, askedWait, RETRY_AFTER_MAX_MS } from './asked-wait.js';
import {
  isOverloaded,
  LOAD_CALLS_MIN,
  LOAD_CHANGE_MS,
  LOAD_FLOOR,
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

const REST: DecisionResult = { transition: null, dueAt: null };

/** Lets in less of a closed breaker's traffic when the dependency accepts too little of it. */
export function decideOverload(
  record: BreakerRecord,
  state: ClosedState,
  evidence: LoadEvidence,
  now: Millis,
): DecisionResult {
  const { adaptive } = record.policy;
  const window = evidence.load ?? null;
  if (adaptive === null || window === null || record.part !== undefined) return REST;
  const load = loadOf(window.counts);
  const less = lowered(ADMISSION_ALL, load, adaptive.k);
  if (less === null) return REST;
  const asked = waitOf(record, evidence, now);
  const admission = asked === null ? less : LOAD_FLOOR;
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
      ...(asked !== null && { wait: { until: asked.until, admission: less } }),
    },
  };
  const words = [acceptedWords(load, window), ...waitWords(asked, now)].join(' ');
  const summary = `${words} ${movedWords(ADMISSION_ALL, admission)}`;
  return moved(record, dimmed, 'load_lowered', summary, now);
}

/** Moves a breaker that load has dimmed, at most once a second; all the way up it is closed. */
export function decideDimmedByLoad(
  record: BreakerRecord,
  state: DimmedByLoad,
  evidence: LoadEvidence,
  now: Millis,
): DecisionResult {
  const { policy } = record;
  const window = evidence.load ?? null;
  if (policy.adaptive === null) {
    const summary = 'Admission no longer follows the load; all accounts come back, step by step.';
    const next = undimmed(policy, state, now);
    return { ...moved(record, next, 'load_raised', summary, now), dueAt: now };
  }
  const { changedAt, ceiling, raiseWaitMs } = state.load;
  // A clock that was set back must not keep it dimmed.
  const waited = now < changedAt ? Number.POSITIVE_INFINITY : now - changedAt;
  if (waited < LOAD_CHANGE_MS) return { transition: null, dueAt: changedAt + LOAD_CHANGE_MS };
  const again: DecisionResult = { transition: null, dueAt: now + LOAD_CHANGE_MS };
  if (window === null) return again;
  const load = loadOf(window.counts);
  const asked = waitOf(record, evidence, now);
  const less = lowered(state.admission, load, policy.adaptive.k);
  if (less !== null) {
    const admission = asked === null ? less : LOAD_FLOOR;
    const words = [acceptedWords(load, window), ...waitWords(asked, now)].join(' ');
    const summary = `${words} ${movedWords(state.admission, admission)}`;
    const wait = asked === null ? undefined : { until: asked.until, admission: less };
    const next = { ...state, admission, load: afterDown(state, now, wait) };
    return moved(record, next, 'load_lowered', summary, now);
  }
  if (asked !== null || isWaiting(state, now)) return again;
  const { wait } = state.load;
  const isRefused = isOverloaded(load, policy.adaptive.k);
  if (wait !== undefined && wait.admission > state.admission && !isRefused) {
    const words = 'The time that the dependency asked to wait is over.';
    return up(record, state, wait.admission, words, now);
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
): DecisionResult {
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
function afterDown(
  { admission, load: { wait: _before, ...load } }: DimmedByLoad,
  now: Millis,
  wait: LoadDimming['wait'],
): LoadDimming {
  const raiseWaitMs = load.rising
    ? Math.min(RAISE_WAIT_MAX_MS, load.raiseWaitMs * 2)
    : load.raiseWaitMs;
  const next = { ...load, changedAt: now, ceiling: admission, rising: false, raiseWaitMs };
  return wait === undefined ? next : { ...next, wait };
}

function afterUp({ admission, load }: DimmedByLoad, now: Millis): LoadDimming {
  const { wait: _over, ...rest } = load;
  const { ceiling } = load;
  // What was too much has held since: the dependency accepts more than before.
  return ceiling !== null && admission >= ceiling
    ? { ...rest, changedAt: now, rising: true, ceiling: null, raiseWaitMs: RAISE_WAIT_MS }
    : { ...rest, changedAt: now, rising: true };
}

/** What moves an admission by load: what became of the calls, and who was asked to wait. */
export type LoadEvidence = Pick<Evidence, 'load' | 'windows'>;

function waitOf({ policy }: BreakerRecord, { windows }: LoadEvidence, now: Millis) {
  return askedWait(policy.quorum, windows[0]?.wait, now);
}

/** The wait that it was dimmed for is not over. A clock that was set back must not prolong it beyond what may be asked. */
function isWaiting({ load: { wait } }: DimmedByLoad, now: Millis): boolean {
  return wait !== undefined && now < wait.until && wait.until <= now + RETRY_AFTER_MAX_MS;
}

function waitWords(asked: AskedWait | null, now: Millis): string[] {
  if (asked === null) return [];
  const { instances, reporting, until } = asked;
  return [
    `The dependency asked ${instances} of ${plural(reporting, 'instance')} to wait for ${formatDuration(until - now)} (Retry-After).`,
  ];
}

/** Counts go on under the same version: a dependency that dies while it is dimmed is found as soon as any other. */
function moved(
  record: BreakerRecord,
  state: BreakerRecord['state'],
  cause: Extract<TransitionCause, `load_${string}`>,
  summary: string,
  now: Millis,
): DecisionResult {
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
