import { describe, expect, it } from 'vitest';
import { decide } from '../recovery/decide.js';
import type { BreakerRecord, BreakerState, Control, Evidence } from '../model/model.js';
import { DEFAULT_POLICY } from '../policy/policy.js';
import { joinEffects, scheduled, type ScheduledEffect } from './schedule-effect.js';
import { NO_EVIDENCE } from '../fleet/decide-breaker.js';
import { initialState } from '../recovery/state.js';

const T = 1_000_000;
const HOUR = 3_600_000;
const QUARTER = 2 ** 30;
const auto: Control = { mode: 'auto' };
const record = (state: BreakerState, control: Control = auto): BreakerRecord => ({
  key: 'stripe',
  version: 3,
  state,
  control,
  policy: DEFAULT_POLICY,
});
const open: ScheduledEffect = { admission: 0, until: T + HOUR, names: ['Nightly'] };
const dim: ScheduledEffect = { ...open, admission: QUARTER };
const outage = { outageStartedAt: T - 10, rateBefore: 0, relapses: 1 };
const tripped: BreakerState = { kind: 'open', since: T, coolDownEndsAt: T + 3_000, ...outage };

describe('a maintenance window', () => {
  it('opens until its end, after which the breaker comes back by itself', () => {
    const transition = scheduled(record(initialState(0)), open, T, false);
    expect(transition).toMatchObject({
      state: { kind: 'open', coolDownEndsAt: null },
      control: { mode: 'held', until: T + HOUR },
      versionChanged: true,
      evidence: { cause: 'schedule' },
    });
    expect(transition?.evidence.summary).toContain('by schedule "Nightly" for 1 h');
    const nothing: Evidence = { windows: [], buckets: null, step: null, probe: null, acks: null };
    const held = record(transition!.state, transition!.control);
    const ended = decide(held, nothing, T + HOUR, 0).transition!;
    expect(ended).toMatchObject({ control: auto, evidence: { cause: 'hold_ended' } });
    const probing = decide(record(ended.state), nothing, T + HOUR, 0).transition;
    expect(probing?.state.kind).toBe('probing');
  });

  it('keeps one open that evidence has opened, without a new version', () => {
    expect(scheduled(record(tripped), open, T, false)).toMatchObject({
      state: { kind: 'open', coolDownEndsAt: null, relapses: 1 },
      control: { mode: 'held', until: T + HOUR },
      versionChanged: false,
    });
  });

  it('dims, but never lets in more than there was, and leaves what is lower already', () => {
    expect(scheduled(record(initialState(0)), dim, T, false)?.state).toEqual({
      kind: 'dimmed',
      since: T,
      admission: QUARTER,
      until: T + HOUR,
    });
    const lower: BreakerState = { kind: 'dimmed', since: 0, admission: 5, until: T + 9 };
    expect(scheduled(record(lower), dim, T, false)).toMatchObject({
      state: { admission: 5, until: T + HOUR },
      versionChanged: false,
    });
    expect(scheduled(record(tripped), dim, T, false)).toBeNull();
  });

  it('leaves a hold of a person and a breaker that observes alone, and gives its own another end', () => {
    const held: Control = { mode: 'held', until: T + 10 };
    expect(scheduled(record(initialState(0), held), open, T, false)).toBeNull();
    expect(scheduled(record(initialState(0), { mode: 'observe' }), open, T, false)).toBeNull();
    const own = record({ ...tripped, coolDownEndsAt: null }, { mode: 'held', until: T + 10 });
    expect(scheduled(own, open, T, true)?.control).toEqual({ mode: 'held', until: T + HOUR });
    const longer = record(own.state, { mode: 'held', until: T + 2 * HOUR });
    const shorter = scheduled(longer, open, T, true);
    expect(shorter).toMatchObject({
      control: { mode: 'held', until: T + HOUR },
      versionChanged: false,
    });
    expect(shorter?.evidence.summary).toContain('Kept open by schedule "Nightly" for 1 h');
    const own2 = scheduled(record(initialState(0)), dim, T, false)!;
    const sooner = { ...dim, until: T + 60_000 };
    expect(scheduled(record(own2.state), sooner, T, true)?.state).toMatchObject({
      until: T + 60_000,
    });
    expect(scheduled(record(own2.state), sooner, T, false)).toBeNull();
  });

  it('that is found to be over ends what it did, and nothing else', () => {
    const { state, control } = scheduled(record(initialState(0)), open, T, false)!;
    const now = T + 60_000;
    const over = scheduled(record(state, control), { ...open, until: T }, now, true);
    expect(over).toMatchObject({ control: { mode: 'held', until: now }, versionChanged: false });
    expect(over?.evidence.summary).toBe(
      'The window of schedule "Nightly" is over; it comes back step by step.',
    );
    const ended = decide(record(over!.state, over!.control), NO_EVIDENCE, now, 0).transition;
    expect(ended).toMatchObject({ control: auto, evidence: { cause: 'hold_ended' } });
    // Another worker finds the same a moment later.
    expect(
      scheduled(record(over!.state, over!.control), { ...open, until: T }, now + 1, true),
    ).toBeNull();
    const dimming = scheduled(record(initialState(0)), dim, T, false)!.state;
    expect(scheduled(record(dimming), { ...dim, until: T }, now, true)?.state).toMatchObject({
      until: now,
    });
    for (const moved of [initialState(0), tripped]) {
      for (const effect of [open, dim]) {
        expect(scheduled(record(moved), { ...effect, until: T }, now, true)).toBeNull();
      }
    }
  });

  it('does nothing twice, and nothing when it is over', () => {
    const { state, control } = scheduled(record(initialState(0)), open, T, false)!;
    expect(scheduled(record(state, control), open, T, true)).toBeNull();
    const dimming = scheduled(record(initialState(0)), dim, T, false)!;
    expect(scheduled(record(dimming.state), dim, T + 1, true)).toBeNull();
    expect(scheduled(record(initialState(0)), { ...open, until: T }, T, false)).toBeNull();
  });
});

describe('windows that overlap', () => {
  it('have the smallest admission and the longest end', () => {
    const later = { admission: QUARTER, until: T + 2 * HOUR, names: ['Batch', 'Nightly'] };
    expect(joinEffects([open, later])).toEqual({
      admission: 0,
      until: T + 2 * HOUR,
      names: ['Nightly', 'Batch'],
    });
    expect(joinEffects([])).toBeNull();
  });
});
