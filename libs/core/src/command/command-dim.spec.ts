import { describe, expect, it } from 'vitest';
import { command } from './command.js';
import { EMPTY_COUNTS } from '../model/counts.js';
import { decide } from '../recovery/decide.js';
import type { BreakerRecord, BreakerState, Evidence } from '../model/model.js';
import { bucketsOf } from '../trip/trip.fake.js';
import { DEFAULT_POLICY } from '../policy/policy.js';
import { initialState } from '../recovery/state.js';
import { dueAt, retryAfter } from '../recovery/timing.js';

const T = 1_000_000;
const QUARTER = 2 ** 30;
const record = (state: BreakerState): BreakerRecord => ({
  key: 'stripe',
  version: 3,
  state,
  control: { mode: 'auto' },
  policy: DEFAULT_POLICY,
});
const nothing: Evidence = { windows: [], buckets: null, step: null, probe: null, acks: null };
const dim = (state: BreakerState, admission: number, until: number | null = T + 60_000) =>
  command(record(state), { type: 'dim', admission, until }, T, 0);
const dimmed = (until: number | null): BreakerState => ({
  kind: 'dimmed',
  since: T,
  admission: QUARTER,
  until,
});

describe('dim', () => {
  it('lets in a part of a closed breaker, under a new version and still by evidence', () => {
    expect(dim(initialState(0), QUARTER)).toMatchObject({
      ok: true,
      transition: {
        state: { kind: 'dimmed', admission: QUARTER, until: T + 60_000 },
        control: { mode: 'auto' },
        versionChanged: true,
        evidence: { cause: 'command', summary: 'Dimmed by hand to 25%, for 1 min.' },
      },
    });
    expect(dim(dimmed(null), QUARTER / 2)).toMatchObject({ ok: true });
  });

  it.each([0, 2 ** 32, -1, 0.5, Number.NaN])('refuses %s with what to do instead', (admission) => {
    const refused = dim(initialState(0), admission);
    expect(refused).toMatchObject({ ok: false, code: 'invalid_admission' });
  });

  it('refuses what is not closed, what would change nothing, and an end in the past', () => {
    const outage = { outageStartedAt: 0, rateBefore: 0, relapses: 0 };
    const open: BreakerState = { kind: 'open', since: 0, coolDownEndsAt: null, ...outage };
    expect(dim(open, QUARTER)).toMatchObject({ ok: false, code: 'not_closed' });
    expect(dim(dimmed(T + 9), QUARTER, T + 9)).toMatchObject({ ok: false, code: 'unchanged' });
    expect(dim(initialState(0), QUARTER, T)).toMatchObject({ ok: false, code: 'invalid_until' });
  });
});

describe('a dimmed breaker', () => {
  it('ramps up from where it is once its time is over, however late that is seen', () => {
    const state = dimmed(T + 5_000);
    expect(dueAt(state, DEFAULT_POLICY, T)).toBe(T + 5_000);
    expect(retryAfter(state, T)).toBe(5_000);
    expect(decide(record(state), nothing, T + 4_999, 0)).toEqual({
      transition: null,
      dueAt: T + 5_000,
    });
    const late = decide(record(state), nothing, T + 3_600_000, 0);
    expect(late.transition).toMatchObject({
      state: { kind: 'ramping', step: 3, ladder: DEFAULT_POLICY.recovery.ladder },
      versionChanged: true,
      evidence: { cause: 'hold_ended' },
    });
  });

  it('stays so without an end, and closes from above the last step', () => {
    expect(decide(record(dimmed(null)), nothing, T + 1e9, 0).transition).toBeNull();
    const high: BreakerState = { kind: 'dimmed', since: 0, admission: 3 * QUARTER, until: T };
    expect(decide(record(high), nothing, T, 0).transition?.state.kind).toBe('closed');
  });

  it('opens on evidence, also at its end', () => {
    const window = {
      lengthMs: 2_000,
      counts: { ...EMPTY_COUNTS, failures: 400 },
      failingBuckets: 8,
      reporting: 4,
      failing: 4,
      heaviest: [],
    };
    const acks = { connected: 4, applied: 4, behind: [] };
    const { transition } = decide(
      record(dimmed(T)),
      { ...nothing, windows: [window], buckets: bucketsOf({ ms: 2_000, rate: 1 }), acks },
      T,
      0,
    );
    expect(transition?.state.kind).toBe('open');
  });
});
