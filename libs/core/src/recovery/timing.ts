import { LOAD_CHANGE_MS } from './load.js';
import type { BreakerState, Control, Millis, Policy } from '../model/model.js';

/** Between the end of a permit's life and the next round: a late answer may still be on its way. */
export const PERMIT_MARGIN_MS = 1_000;

/** Permits never live longer than this, in ms. */
const PERMIT_LIFE_MAX_MS = 300_000;

/**
 * How long a permit of a round may be used, in ms. Twice as long with each round in which one lapsed, so that an
 * instance whose calls are rare comes to use one, too.
 */
export function permitLifeMs({ recovery }: Policy, round: number): number {
  const longer = recovery.probeTtlMs * 2 ** Math.min(Math.max(0, round - 1), 20);
  return Math.max(recovery.probeTtlMs, Math.min(PERMIT_LIFE_MAX_MS, longer));
}

/** Probes that a round still needs: those that succeeded in earlier rounds count. */
export function probesNeeded({ recovery }: Policy, { passed = 0 }: { passed?: number }): number {
  return Math.max(1, recovery.probes - passed);
}

const AUTO: Control = { mode: 'auto' };

/**
 * When the state must be looked at again even if no signal comes, at the latest; null: only when signals arrive.
 * Never before `now`. `decide` returns a finer value, as it knows the evidence.
 */
export function dueAt(
  state: BreakerState,
  policy: Policy,
  now: Millis,
  control: Control = AUTO,
): Millis | null {
  if (control.mode === 'held') return latest(control.until, now);
  if (control.mode === 'observe') return null;
  switch (state.kind) {
    case 'closed':
      return null;
    case 'dimmed':
      if (state.load !== undefined) return latest(state.load.changedAt + LOAD_CHANGE_MS, now);
      return latest(state.until ?? null, now);
    case 'open':
      return latest(state.coolDownEndsAt, now);
    case 'probing':
      // A check of the dependency is to be started now.
      if (policy.recovery.probe !== null) return latest(state.roundStartedAt, now);
      return latest(
        state.roundStartedAt + permitLifeMs(policy, state.round) + PERMIT_MARGIN_MS,
        now,
      );
    case 'ramping':
      if (state.paused) return latest(state.pausedUntil ?? null, now);
      return state.dwellStartedAt === null
        ? latest(state.stepStartedAt + policy.recovery.ackTimeoutMs, now)
        : latest(state.dwellStartedAt + state.dwellMs, now);
  }
}

/**
 * How long until a rejected caller may find a change, in ms; null when that depends on evidence or on a person.
 */
export function retryAfter(
  state: BreakerState,
  now: Millis,
  control: Control = AUTO,
): number | null {
  if (control.mode === 'held')
    return control.until === null ? null : Math.max(0, control.until - now);
  switch (state.kind) {
    case 'open':
      return state.coolDownEndsAt === null ? null : Math.max(0, state.coolDownEndsAt - now);
    case 'ramping':
      return state.paused || state.dwellStartedAt === null
        ? null
        : Math.max(0, state.dwellStartedAt + state.dwellMs - now);
    case 'dimmed': {
      const until = state.until ?? null;
      return until === null ? null : Math.max(0, until - now);
    }
    case 'closed':
    case 'probing':
      return null;
  }
}

function latest(at: Millis | null, now: Millis): Millis | null {
  return at === null ? null : Math.max(at, now);
}
