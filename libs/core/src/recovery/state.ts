import { ADMISSION_ALL } from '../admission/admission.js';
import type { Admission, BreakerState, Control, Millis, Policy } from '../model.js';

export type ClosedState = Extract<BreakerState, { kind: 'closed' }>;
export type OpenState = Extract<BreakerState, { kind: 'open' }>;
export type ProbingState = Extract<BreakerState, { kind: 'probing' }>;
export type DimmedState = Extract<BreakerState, { kind: 'dimmed' }>;
export type RampingState = Extract<BreakerState, { kind: 'ramping' }>;

/** What a recovery carries from the trip to its end. */
export interface OutageFacts {
  readonly outageStartedAt: Millis;
  readonly rateBefore: number;
  readonly relapses: number;
}

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
  facts: OutageFacts,
  coolDownEndsAt: Millis | null,
  now: Millis,
): OpenState {
  return { kind: 'open', since: now, coolDownEndsAt, ...pickFacts(facts) };
}

export function probingState(facts: OutageFacts, now: Millis): ProbingState {
  return { kind: 'probing', since: now, round: 1, roundStartedAt: now, ...pickFacts(facts) };
}

/** The first step of a recovery. Its dwell is derived from the outage, which ends now. */
export function rampingState(policy: Policy, facts: OutageFacts, now: Millis): RampingState {
  return {
    kind: 'ramping',
    since: now,
    ladder: policy.recovery.ladder,
    step: 0,
    exact: null,
    stepStartedAt: now,
    dwellStartedAt: null,
    dwellMs: dwellFor(policy, now - facts.outageStartedAt),
    paused: false,
    ...pickFacts(facts),
  };
}

/** What a dimmed breaker becomes: a ramp from the first step above its admission, or closed. */
export function undimmed(
  policy: Policy,
  state: DimmedState,
  now: Millis,
): RampingState | ClosedState {
  const ramp = rampingState(policy, factsOf(state, now), now);
  const step = nextStep({ ...ramp, exact: state.admission });
  return step >= ramp.ladder.length ? closedState(policy, 0, now) : { ...ramp, step };
}

/** The same ramp at another step, whose dwell has not begun. */
export function atStep(
  state: RampingState,
  step: number,
  now: Millis,
  dwellMs = state.dwellMs,
): RampingState {
  return { ...state, step, exact: null, stepStartedAt: now, dwellStartedAt: null, dwellMs };
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

/** A short outage earns a short ladder: clamp(outage × dwellPerOutage, dwellMin, dwellMax), in ms. */
export function dwellFor(policy: Policy, outageMs: number): number {
  const { dwellPerOutage, dwellMinMs, dwellMaxMs } = policy.recovery;
  return Math.round(Math.min(dwellMaxMs, Math.max(dwellMinMs, outageMs * dwellPerOutage)));
}

/** When something about the dependency is still wrong, the next dwell is twice as long, up to `dwellMax`. */
export function longerDwell(policy: Policy, dwellMs: number): number {
  return Math.max(dwellMs, Math.min(policy.recovery.dwellMaxMs, dwellMs * 2));
}

/** Cool-down in ms: doubled for each relapse up to the cap, then up to `coolDownJitter` of itself added by `random`. */
export function coolDownFor(policy: Policy, relapses: number, random: number): number {
  const { coolDownMs, coolDownMaxMs, coolDownJitter } = policy.recovery;
  const base = Math.min(coolDownMaxMs, coolDownMs * 2 ** Math.min(relapses, 30));
  return Math.round(base * (1 + coolDownJitter * random));
}

/** The outage facts of a state; a state without an outage starts one now. */
export function factsOf(state: BreakerState, now: Millis): OutageFacts {
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

/** A state set to an exact admission: closed, open (until a person acts) or a paused ramp. */
export function exactRamp(ramp: RampingState, admission: Admission): RampingState {
  const exact = Math.min(ADMISSION_ALL - 1, admission);
  return { ...ramp, exact, step: stepOf(ramp.ladder, exact), paused: true, pausedUntil: null };
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

function pickFacts(facts: OutageFacts): OutageFacts {
  return {
    outageStartedAt: facts.outageStartedAt,
    rateBefore: facts.rateBefore,
    relapses: facts.relapses,
  };
}
