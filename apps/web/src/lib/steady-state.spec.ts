import { describe, expect, it } from 'vitest';
import { breakerIn, OPEN, partIn, PROBING } from '@/features/breaker/breaker.fixture';
import { troubledSince, withSteadyState } from './steady-state';

const outage = (failedRounds: number) => ({
  startedAt: -5,
  cause: null,
  summary: '',
  actor: null,
  failedRounds,
});

describe('withSteadyState', () => {
  it('shows "Open" between failed probe rounds, for a breaker and for its parts', () => {
    const part = { ...partIn(PROBING), outage: outage(3) };
    const breaker = { ...breakerIn(PROBING), outage: outage(48), scopes: [part] };
    expect(withSteadyState(breaker)).toMatchObject({ state: 'open', scopes: [{ state: 'open' }] });
  });

  it('shows the first probe round, and everything else as it is', () => {
    const first = { ...breakerIn(PROBING), outage: outage(0) };
    expect(withSteadyState(first)).toBe(first);
    const open = { ...breakerIn(OPEN), outage: outage(48) };
    expect(withSteadyState(open)).toBe(open);
  });
});

it('a breaker in an outage is so since its first failure, not since its last failed probe', () => {
  expect(troubledSince({ ...breakerIn(OPEN), outage: outage(48) })).toBe(-5);
  expect(troubledSince(breakerIn(OPEN))).toBe(0);
});
