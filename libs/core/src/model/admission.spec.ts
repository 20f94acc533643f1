import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ADMISSION_ALL,
  ADMISSION_NONE,
  admissionOf,
  formatAdmission,
  fromPercent,
  fromSixteenths,
  isAdmission,
  percentOf,
  sixteenths,
} from './admission.js';
import type { BreakerState, Control } from './model.js';
import { DEFAULT_POLICY } from '../policy/policy.js';
import {
  closedState,
  initialState,
  openState,
  probingState,
  rampingState,
} from '../recovery/state.js';

const facts = { outageStartedAt: 0, rateBefore: 0, relapses: 0 };
const ramp = rampingState(DEFAULT_POLICY, facts, 1_000);
const auto: Control = { mode: 'auto' };
const held: Control = { mode: 'held', until: null };

describe('admissionOf', () => {
  it.each<[string, BreakerState, number]>([
    ['closed', initialState(0), ADMISSION_ALL],
    ['closed after a recovery', closedState(DEFAULT_POLICY, 2, 0), ADMISSION_ALL],
    ['open', openState(facts, 3_000, 0), ADMISSION_NONE],
    ['probing', probingState(facts, 0), ADMISSION_NONE],
    ['the first step', ramp, 2 ** 28],
    ['the last step', { ...ramp, step: 3 }, 2 ** 31],
    ['an exact admission', { ...ramp, exact: 12_345 }, 12_345],
    ['a step outside its ladder', { ...ramp, step: 9 }, ADMISSION_NONE],
    ['dimmed', { kind: 'dimmed', since: 0, admission: 7 }, 7],
  ])('%s', (_name, state, admission) => {
    expect(admissionOf(state, auto)).toBe(admission);
    expect(admissionOf(state, held)).toBe(admission);
    expect(admissionOf(state, { mode: 'observe' })).toBe(ADMISSION_ALL);
  });
});

describe('percent and sixteenths', () => {
  it.each([
    [0, '0%', 0],
    [2 ** 28, '6.25%', 1],
    [2 ** 29, '12.5%', 2],
    [2 ** 30, '25%', 4],
    [2 ** 31, '50%', 8],
    [2 ** 32, '100%', 16],
    [1, '< 0.01%', 1 / 2 ** 28],
    [2 ** 32 - 1, '> 99.99%', (2 ** 32 - 1) / 2 ** 28],
    [Math.round(2 ** 32 / 3), '33.33%', Math.round(2 ** 32 / 3) / 2 ** 28],
  ])('%i reads %s', (admission, text, count) => {
    expect(formatAdmission(admission)).toBe(text);
    expect(sixteenths(admission)).toBe(count);
  });

  it('go there and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: ADMISSION_ALL }), (admission) => {
        expect(fromPercent(percentOf(admission))).toBe(admission);
        expect(fromSixteenths(sixteenths(admission))).toBe(admission);
        expect(isAdmission(admission)).toBe(true);
      }),
    );
  });

  it.each([-0.1, 100.1, Number.NaN, Number.POSITIVE_INFINITY])(
    '%d percent is no admission',
    (percent) => {
      expect(fromPercent(percent)).toBeNull();
      expect(fromSixteenths(percent)).toBeNull();
    },
  );

  it.each([-1, 0.5, 2 ** 32 + 1, Number.NaN, '6.25%', null])('%s is not an admission', (value) => {
    expect(isAdmission(value)).toBe(false);
  });
});
