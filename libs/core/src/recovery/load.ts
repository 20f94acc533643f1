import { ADMISSION_ALL } from '../model/admission.js';
import type { Admission, Counts } from '../model/model.js';
import { wilsonUpper } from '../trip/wilson.js';

/** Admissions that load sets are multiples of a 64th: one up is never more than a quarter of the floor. */
const PARTS = 64;
const PART: Admission = ADMISSION_ALL / PARTS;
/** One sixteenth always passes, so that it is seen when the dependency accepts more. */
const FLOOR = PARTS / 16;
/** The smallest admission that load sets. */
export const LOAD_FLOOR: Admission = FLOOR * PART;
/** Load changes an admission at most once in this time, in ms. */
export const LOAD_CHANGE_MS = 1_000;
/** Fewer calls say nothing of what is accepted. */
export const LOAD_CALLS_MIN = 20;

/** What a dependency did with the calls that reached it, and what it was spared. */
export interface Load {
  /** Calls that reached it. */
  readonly made: number;
  /** Of those: answered well and in time. */
  readonly accepted: number;
  /** Of those: answered with a 429. */
  readonly throttled: number;
  /** Of those: slow. */
  readonly slow: number;
  /** Calls that callers wanted to make, those turned away included. */
  readonly requests: number;
}

export function loadOf(counts: Counts): Load {
  const { ok, failures, slow, throttled, rejected, limited } = counts;
  const made = ok + failures + throttled;
  return {
    made,
    accepted: Math.max(0, ok - slow),
    throttled,
    slow,
    requests: made + rejected + limited,
  };
}

/**
 * The share of requests that SRE's formula lets in, 0…1: 1 − max(0, (requests − K·accepts) / (requests + 1)).
 * Source: Beyer et al., Site Reliability Engineering (2016), chapter 21, "Client-Side Throttling".
 */
export function shareAccepted({ requests, accepted }: Load, k: number): number {
  return 1 - Math.max(0, (requests - k * accepted) / (requests + 1));
}

/** True when surely fewer than 1/K of the calls are accepted: then the formula asks for less. */
export function isOverloaded({ made, accepted }: Load, k: number): boolean {
  return made >= LOAD_CALLS_MIN && wilsonUpper(accepted, made) < 1 / k;
}

/** The admission below the present one that the dependency can take; null: it takes the present one. */
export function lowered(present: Admission, load: Load, k: number): Admission | null {
  if (!isOverloaded(load, k)) return null;
  const parts = Math.max(FLOOR, Math.floor(shareAccepted(load, k) * PARTS));
  return parts * PART < present ? parts * PART : null;
}

/**
 * The next admission above the present one; null: the dependency does not accept enough for it. At an acceptance halfway
 * between 1/K and all, a step up of an eighth stays above 1/K even when not one more call is accepted, so that a steady
 * capacity makes no circle of steps up and down.
 */
export function raised(present: Admission, load: Load, k: number): Admission | null {
  const { made, accepted } = load;
  if (made < LOAD_CALLS_MIN || accepted / made < (1 + 1 / k) / 2) return null;
  return oneUp(present);
}

/** An eighth more, or a 64th where that is more; all at most. */
export function oneUp(present: Admission): Admission {
  const parts = Math.floor(present / PART);
  return Math.min(ADMISSION_ALL, (parts + Math.max(1, Math.floor(parts / 8))) * PART);
}
