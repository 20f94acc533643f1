import type { PolicyProblem } from '../model/policy-problem.js';

/** When many breakers fail at once on the same instances, those instances are suspect, not the dependencies. */
export interface CorrelatedSettings {
  /** Breakers that have to fail at once before new automatic openings wait; null: they never wait. */
  readonly breakers: number | null;
  /** 0…1: the share of the breakers in use on those instances that has to fail, too. */
  readonly share: number;
  /** How long new automatic openings wait, in ms. */
  readonly waitMs: number;
}

/** What an environment starts with. */
export const DEFAULT_CORRELATED: CorrelatedSettings = { breakers: 5, share: 0.5, waitMs: 2_000 };

/** Bounds of each number, and why. */
export const CORRELATED_LIMITS = {
  breakers: { min: 2, max: 10_000, integer: true, reason: 'One breaker alone proves nothing.' },
  share: { min: 0, max: 1, integer: false, reason: 'A share of the breakers in use.' },
  waitMs: {
    min: 250,
    max: 30_000,
    integer: true,
    reason: 'While openings wait, callers wait for dependencies that may be dead.',
  },
} as const satisfies Readonly<Record<keyof CorrelatedSettings, object>>;

/** All reasons why the settings cannot be saved; empty when they can. */
export function validateCorrelated(settings: CorrelatedSettings): readonly PolicyProblem[] {
  return (['breakers', 'share', 'waitMs'] as const).flatMap((path) => {
    const { min, max, integer, reason } = CORRELATED_LIMITS[path];
    const value = settings[path];
    if (value === null) return [];
    const fits = Number.isFinite(value) && value >= min && value <= max;
    if (fits && (!integer || Number.isInteger(value))) return [];
    const kind = integer ? 'a whole number' : 'a number';
    return [{ path, message: `Give ${kind}, ${min} … ${max}. ${reason}`, min, max }];
  });
}
