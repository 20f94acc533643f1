import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOf, instantProblem } from './instant.js';
import type { AttributeValue } from '../model/rules.js';

describe('a point in time', () => {
  it.each<[AttributeValue, number | null]>([
    [1_700_000_000_000, 1_700_000_000_000],
    ['1700000000000', 1_700_000_000_000],
    ['2026-11-30', Date.UTC(2026, 10, 30)],
    ['2026-11-30T08:00Z', Date.UTC(2026, 10, 30, 8)],
    ['2026-11-30T08:00:30+01:00', Date.UTC(2026, 10, 30, 7, 0, 30)],
    ['2026-11-30 08:00:00.1239-0530', Date.UTC(2026, 10, 30, 13, 30, 0, 123)],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['2026-02-29', null],
    ['2026-13-01', null],
    ['2026-11-30T24:00:00Z', null],
    ['2026-11-30T08:00:00', null],
    ['30.11.2026', null],
    ['tomorrow', null],
    ['', null],
    [Number.NaN, null],
    [true, null],
  ])('%j is %j', (value, expected) => {
    expect(instantOf(value)).toBe(expected);
  });

  it('is read back from what JavaScript writes', () => {
    fc.assert(
      fc.property(
        fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(2 ** 47) }),
        (date) => {
          fc.pre(date.getUTCFullYear() < 10_000);
          expect(instantOf(date.toISOString())).toBe(date.getTime());
        },
      ),
    );
  });

  it('in seconds is told as such before it is saved', () => {
    expect(instantProblem(1_700_000_000)).toMatch(/milliseconds, not seconds/);
    expect(instantProblem('1970-01-05')).toBeNull();
    expect(instantProblem('2026')).toMatch(/milliseconds/);
    expect(instantProblem('soon')).toMatch(/2026-11-30/);
    expect(instantProblem(1_700_000_000_000)).toBeNull();
  });
});
