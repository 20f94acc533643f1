import { ADMISSION_ALL } from '../model/admission.js';
import type {
  Admission,
  BreakerState,
  Control,
  Millis,
  OutageContext,
  Policy,
} from '../model/model.js';

export type ClosedState = Extract<BreakerState, { kind: 'closed' }>;
export type OpenState = Extract<BreakerState, { kind: 'open' }>;
export type ProbingState = Extract<BreakerState, { kind: 'probing' }>;
export type DimmedState = Extract<BreakerState, { kind: 'dimmed' }>;
export type RampingState = Extract<BreakerState, { kind: 'ramping' }>;

/** Fewer calls are no evidence, however little a step lets in. */
const STEP_CALLS_MIN = 5;

/** The state of a new breaker. */
export function initialState(now: Millis): ClosedState {
  return { kind: 'closed', since: now, relapses: 0, stableAt: now };
}

/** Closed after a recovery; the relapses count on until it has been stable. */
export function closedState(policy: Policy, relapses: number, now: Millis): ClosedState {
  return { kind: 'closed', since: now, relapses, stableAt: now + policy.recovery.stableMs };
}

/** Open; `coolDownEndsAt` null keeps it so until a person acts. */
export function openState(
  facts: OutageContext,
  coolDownEndsAt: Millis | null,
  now: Millis,
): OpenState {
  return { kind: 'open', since: now, coolDownEndsAt, ...pickFacts(facts) };
}

export function probingState(facts: OutageContext, now: Millis): ProbingState {
  return { kind: 'probing', since: now, round: 1, roundStartedAt: now, ...pickFacts(facts) };
}

/** A recovery from `step` on, the first one by default. Its dwell is derived from the outage, which ends now. */
export function rampingState(
  policy: Policy,
  facts: OutageContext,
  now: Millis,
  step = 0,
): RampingState {
  const lastDwellMs = dwellFor(policy, now - facts.outageStartedAt);
  const ramp: RampingState = {
    kind: 'ramping',
    since: now,
    ladder: policy.recovery.ladder,
    step: 0,
    exact: null,
    stepStartedAt: now,
    dwellStartedAt: null,
    dwellMs: lastDwellMs,
    lastDwellMs,
    paused: false,
    ...pickFacts(facts),
  };
  return atStep(policy, ramp, step, now);
}

/** What a dimmed breaker becomes: a ramp from the first step above its admission, or closed. */
export function undimmed(
  policy: Policy,
  state: DimmedState,
  now: Millis,
): RampingState | ClosedState {
  const ramp = rampingState(policy, factsOf(state, now), now);
  const step = nextStep({ ...ramp, exact: state.admission });
  return step >= ramp.ladder.length ? closedState(policy, 0, now) : atStep(policy, ramp, step, now);
}

/** The same ramp at another step, whose dwell has not begun. */
export function atStep(
  policy: Policy,
  state: RampingState,
  step: number,
  now: Millis,
): RampingState {
  const next = { ...state, step, exact: null, stepStartedAt: now, dwellStartedAt: null };
  return { ...next, dwellMs: dwellOf(policy, next) };
}

/** The first step above the present admission; the ladder's length when the next one is `closed`. */
export function nextStep(state: RampingState): number {
  const { exact, ladder, step } = state;
  if (exact === null) return step + 1;
  const next = ladder.findIndex((admission) => admission > exact);
  return next === -1 ? ladder.length : next;
}

/** The last step below the present admission; −1 when there is none. */
export function previousStep(state: RampingState): number {
  const { exact, ladder, step } = state;
  if (exact === null) return Math.min(step, ladder.length) - 1;
  return ladder.findLastIndex((admission) => admission < exact);
}

/** The step that an exactly set admission belongs to: the last one not above it, else the first. */
export function stepOf(ladder: readonly Admission[], admission: Admission): number {
  return Math.max(
    0,
    ladder.findLastIndex((step) => step <= admission),
  );
}

/** What this step lets in, of what the last one does, 0…1. Its time and its calls are this part of the last one's. */
export function shareOf({ ladder, exact, step }: RampingState): number {
  const last = ladder.at(-1) ?? ADMISSION_ALL;
  return Math.min(1, (exact ?? ladder[step] ?? last) / last);
}

/** Calls without which this step does not pass: its part of `minCalls`, but no fewer than STEP_CALLS_MIN of them. */
export function callsNeeded({ recovery }: Policy, state: RampingState): number {
  const part = Math.ceil(recovery.minCalls * shareOf(state) - 1e-9);
  return Math.min(recovery.minCalls, Math.max(STEP_CALLS_MIN, part));
}

/** How long this step holds, in ms: its part of the last one's dwell, at least `dwellMin`. */
function dwellOf({ recovery }: Policy, state: RampingState): number {
  const { dwellMs, lastDwellMs } = state;
  // A ramp from before steps had different dwells keeps its one.
  if (lastDwellMs === undefined) return dwellMs;
  const least = Math.min(recovery.dwellMinMs, lastDwellMs);
  return Math.max(least, Math.round(lastDwellMs * shareOf(state)));
}

/** How long the steps of a ramp hold together, in ms, when each passes at the end of its dwell. */
export function ladderMs(policy: Policy, facts: OutageContext, now: Millis): number {
  const ramp = rampingState(policy, facts, now);
  return ramp.ladder.reduce((sum, _, step) => sum + atStep(policy, ramp, step, now).dwellMs, 0);
}

/**
 * How long the last step holds, in ms: clamp(outage × dwellPerOutage, dwellMin, dwellMax). A short outage earns a short
 * ladder.
 */
function dwellFor(policy: Policy, outageMs: number): number {
  const { dwellPerOutage, dwellMinMs, dwellMaxMs } = policy.recovery;
  return Math.round(Math.min(dwellMaxMs, Math.max(dwellMinMs, outageMs * dwellPerOutage)));
}

/** How many times longer than at its beginning this ramp holds its steps, since one of them failed or got a 429. */
export function timesLonger(policy: Policy, state: RampingState): number {
  const { lastDwellMs, since, outageStartedAt } = state;
  if (lastDwellMs === undefined) return 1;
  return Math.max(1, lastDwellMs / dwellFor(policy, since - outageStartedAt));
}

/** When something about the dependency is still wrong, this and all later dwells are twice as long, up to `dwellMax`. */
export function heldLonger(policy: Policy, state: RampingState): RampingState {
  const twice = (ms: number): number => Math.max(ms, Math.min(policy.recovery.dwellMaxMs, ms * 2));
  const { dwellMs, lastDwellMs } = state;
  return {
    ...state,
    dwellMs: twice(dwellMs),
    ...(lastDwellMs !== undefined && { lastDwellMs: twice(lastDwellMs) }),
  };
}

/** Share of an outage so far that is waited for before the next probe. */
const COOL_DOWN_PER_OUTAGE = 0.01;

/** A check of the dependency costs no call of a user: it is made this often while the breaker is open, in ms. */
const CHECK_EVERY_MS = 1_000;

/**
 * Cool-down in ms: the first one, doubled for each relapse, or a hundredth of the outage so far where that is longer; up to
 * the cap, then up to `coolDownJitter` of itself added by `random`. A failed probe is one call of the whole fleet, so
 * asking often costs next to nothing, while waiting costs every call that could have been served. Where an active check
 * asks instead, it is a second at most.
 */
export function coolDownFor(
  { recovery }: Policy,
  { relapses, outageStartedAt }: Pick<OutageContext, 'relapses' | 'outageStartedAt'>,
  now: Millis,
  random: number,
): number {
  const { coolDownMs, coolDownJitter, probe } = recovery;
  const coolDownMaxMs =
    probe === null ? recovery.coolDownMaxMs : Math.min(recovery.coolDownMaxMs, CHECK_EVERY_MS);
  const doubled = coolDownMs * 2 ** Math.min(relapses, 30);
  const base = Math.max(doubled, (now - outageStartedAt) * COOL_DOWN_PER_OUTAGE);
  return Math.round(Math.min(coolDownMaxMs, base) * (1 + coolDownJitter * random));
}

/** The outage facts of a state; a state without an outage starts one now. */
export function factsOf(state: BreakerState, now: Millis): OutageContext {
  switch (state.kind) {
    case 'closed':
      return {
        outageStartedAt: now,
        rateBefore: 0,
        relapses: now < state.stableAt ? state.relapses : 0,
      };
    case 'dimmed':
      return { outageStartedAt: now, rateBefore: 0, relapses: 0 };
    case 'open':
    case 'probing':
    case 'ramping':
      return pickFacts(state);
  }
}

/** Up to which failure rate a step passes: max(recoveryRate, rate before the outage + 5 points). */
export function recoveryLimit(policy: Policy, rateBefore: number): number {
  return Math.max(policy.recovery.recoveryRate, rateBefore + 0.05);
}

/** The ramp set to an exact admission, paused there; its dwell has not begun. */
export function exactRamp(
  policy: Policy,
  ramp: RampingState,
  admission: Admission,
  now: Millis,
): RampingState {
  const exact = Math.min(ADMISSION_ALL - 1, admission);
  const at = { ...atStep(policy, ramp, stepOf(ramp.ladder, exact), now), exact };
  return { ...at, dwellMs: dwellOf(policy, at), paused: true, pausedUntil: null };
}

/** Back to auto. A breaker that only a person kept open has no cool-down left to wait for. */
export function release(
  state: BreakerState,
  now: Millis,
): { state: BreakerState; control: Control } {
  const control: Control = { mode: 'auto' };
  return state.kind === 'open' && state.coolDownEndsAt === null
    ? { state: { ...state, coolDownEndsAt: now }, control }
    : { state, control };
}

/** The ramp without its pause. */
export function resumed(state: RampingState): RampingState {
  return { ...state, paused: false, pausedUntil: null };
}

function pickFacts(facts: OutageContext): OutageContext {
  const { outageStartedAt, rateBefore, relapses, latencyBefore } = facts;
  return {
    outageStartedAt,
    rateBefore,
    relapses,
    ...(latencyBefore !== undefined && { latencyBefore }),
  };
}
