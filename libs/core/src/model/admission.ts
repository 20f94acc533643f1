import type { Admission, BreakerState, Control } from './model.js';

/** All traffic passes. */
export const ADMISSION_ALL: Admission = 2 ** 32;
/** No traffic passes. */
export const ADMISSION_NONE: Admission = 0;
/** One sixteenth of the traffic, 6.25%: the first step of the default ladder. */
export const ADMISSION_SIXTEENTH: Admission = 2 ** 28;

/** True for an integer 0…2³². */
export function isAdmission(value: unknown): value is Admission {
  return (
    typeof value === 'number' &&
    Number.isInteger(value) &&
    value >= ADMISSION_NONE &&
    value <= ADMISSION_ALL
  );
}

/** How much of the traffic a state lets through under a mode: an integer 0…2³². Observe always admits all. */
export function admissionOf(state: BreakerState, control: Control): Admission {
  return control.mode === 'observe' ? ADMISSION_ALL : admissionOfState(state);
}

/** The admission of a state as such, whatever the mode. */
export function admissionOfState(state: BreakerState): Admission {
  switch (state.kind) {
    case 'closed':
      return ADMISSION_ALL;
    case 'open':
    case 'probing':
      return ADMISSION_NONE;
    case 'ramping':
      // A step outside its ladder can only be a corrupt row; letting nothing in is the safe reading.
      return state.exact ?? state.ladder[state.step] ?? ADMISSION_NONE;
    case 'dimmed':
      return state.admission;
  }
}

/** Percent 0…100, not rounded. */
export function percentOf(admission: Admission): number {
  return (admission / ADMISSION_ALL) * 100;
}

/** The admission nearest to a percentage 0…100; null for anything outside it. */
export function fromPercent(percent: number): Admission | null {
  return percent >= 0 && percent <= 100 ? Math.round((percent / 100) * ADMISSION_ALL) : null;
}

/** How many sixteenths of the traffic: 0…16, fractional between two steps. */
export function sixteenths(admission: Admission): number {
  return admission / ADMISSION_SIXTEENTH;
}

/** The admission of 0…16 sixteenths; null for anything outside it. */
export function fromSixteenths(count: number): Admission | null {
  return count >= 0 && count <= 16 ? Math.round(count * ADMISSION_SIXTEENTH) : null;
}

/** For people: "6.25%", "100%". What is not quite none or all never reads so: "< 0.01%", "> 99.99%". */
export function formatAdmission(admission: Admission): string {
  const percent = percentOf(admission);
  if (percent > 0 && percent < 0.01) return '< 0.01%';
  if (percent < 100 && percent > 99.99) return '> 99.99%';
  return `${Number(percent.toFixed(2))}%`;
}
