import { ADMISSION_SIXTEENTH } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { breakerIn, CLOSED, OPEN, PROBING, ramping } from '../breaker/breaker.fixture';
import { ladderOf } from './ladder';

const written = (...args: Parameters<typeof breakerIn>): string =>
  ladderOf(breakerIn(...args))
    .map(({ label, status }) => `${label}${{ passed: '<', current: '!', ahead: '' }[status]}`)
    .join(' ');

describe('ladderOf', () => {
  it.each([
    [CLOSED, 'Open Probe 6.25% 12.5% 25% 50% Closed!'],
    [OPEN, 'Open! Probe 6.25% 12.5% 25% 50% Closed'],
    [PROBING, 'Open< Probe! 6.25% 12.5% 25% 50% Closed'],
    [ramping({ step: 0 }), 'Open< Probe< 6.25%! 12.5% 25% 50% Closed'],
    [ramping({ step: 3 }), 'Open< Probe< 6.25%< 12.5%< 25%< 50%! Closed'],
  ])('stands where the state is', (state, ladder) => {
    expect(written(state)).toBe(ladder);
  });

  it('puts an admission set by hand where it belongs', () => {
    const at = (count: number) =>
      written(ramping({ step: 1, exact: count * ADMISSION_SIXTEENTH, paused: true }));
    expect(at(3)).toBe('Open< Probe< 6.25%< 12.5%< 18.75%! 25% 50% Closed');
    expect(at(15)).toBe('Open< Probe< 6.25%< 12.5%< 25%< 50%< 93.75%! Closed');
    expect(written({ kind: 'dimmed', since: 0, admission: ADMISSION_SIXTEENTH / 2 })).toBe(
      'Open< Probe< 3.13%! 6.25% 12.5% 25% 50% Closed',
    );
  });
});
