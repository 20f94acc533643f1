import type { Situation } from './situation.js';

/** What must hold of every drawn trouble, whatever its severity, shape and traffic. */
export const PLANE_INVARIANTS = [
  'nothing opens below the tolerated rate',
  'a blip opens nothing',
  'a death opens in time',
  'a healthy dependency is reached again',
] as const;

/** What must hold while admission follows the load. */
export const LOAD_INVARIANTS = [
  'load moves slowly',
  'load never closes the door',
  'a wait is kept',
  'more important calls come first',
  'an overload ends',
] as const;

/** What must hold when many breakers fail at once. */
export const OPENINGS_INVARIANTS = [
  'openings wait no longer than asked',
  'a lone outage does not wait',
] as const;

/** What one trouble came to. Times in ms; null where it did not happen. */
export interface PlaneFinding {
  readonly situation: Situation;
  readonly text: string;
  /** From the first failure to the decision to open. */
  readonly openedMs: number | null;
  /** The latest at which it had to be open; null: nothing was promised, or the trouble was too short for it. */
  readonly openBoundMs: number | null;
  /** Nothing was allowed to open. */
  readonly mustNotOpen: boolean;
  /** From the last failure until everything was closed everywhere. */
  readonly returnedMs: number | null;
  readonly returnBoundMs: number;
}
