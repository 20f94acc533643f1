import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { controls, facts, states, T } from '../command/command.fake.js';
import { admissionOf } from '../model/admission.js';
import type { BreakerRecord, BreakerState, Control } from '../model/model.js';
import { DEFAULT_POLICY } from '../policy/policy.js';
import { NO_EVIDENCE } from '../fleet/decide-breaker.js';
import { decide } from '../recovery/decide.js';
import { openState } from '../recovery/state.js';
import {
  TRIGGER_ACTIONS,
  triggered,
  type TriggerEffect,
  type TriggerResult,
} from './trigger-effect.js';

const HOUR = 3_600_000;
const QUARTER = 2 ** 30;
const HALF = 2 ** 31;
const { auto, observe, held } = controls;
const open: TriggerEffect = {
  action: 'open',
  admission: null,
  until: T + HOUR,
  name: 'pager',
  slackMs: HOUR / 10,
};
const dim: TriggerEffect = { ...open, action: 'dim', admission: QUARTER };
const hold: TriggerEffect = { ...open, action: 'hold' };
const until = (end: number | null): Control => ({ mode: 'held', until: end });
const byHand = (admission: number, end: number | null): BreakerState => ({
  kind: 'dimmed',
  since: 0,
  admission,
  until: end,
});
const byLoad: BreakerState = {
  ...{ kind: 'dimmed', since: 0, admission: HALF },
  load: { changedAt: 0, ceiling: null, rising: false, raiseWaitMs: 1, relapses: 0 },
};

const record = (state: BreakerState, control: Control): BreakerRecord => ({
  ...{ key: 'stripe', version: 3, state, control, policy: DEFAULT_POLICY },
});
const run = (state: BreakerState, control: Control, effect: TriggerEffect, own = false) =>
  triggered(record(state, control), effect, T, own);

/** "acted open held +1 h", "nothing lower" */
function shortOf(result: TriggerResult): string {
  if (result.doing === 'nothing') return `nothing ${result.why}`;
  const { state, control, versionChanged } = result.transition;
  const end = control.mode === 'held' ? control.until : 'until' in state ? state.until : null;
  const left = typeof end === 'number' ? `${(end - T) / HOUR} h` : 'no end';
  return `${result.doing} ${state.kind} ${control.mode} ${left}${versionChanged ? '' : ' same version'}`;
}

describe('a trigger', () => {
  it.each([
    ['opens a closed breaker', run(states.closed, auto, open), 'acted open held 1 h'],
    ['opens one that is being probed', run(states.probing, auto, open), 'acted open held 1 h'],
    ['opens one that ramps', run(states.ramp, auto, open), 'acted open held 1 h'],
    ['opens a dimmed one', run(byHand(QUARTER, null), auto, open), 'acted open held 1 h'],
    [
      'keeps open what evidence opened',
      run(states.open, auto, open),
      'acted open held 1 h same version',
    ],
    ['leaves the hold of a person', run(states.stopped, held, open), 'nothing held'],
    [
      'leaves a closed breaker that a person holds',
      run(states.closed, until(T + 9), open),
      'nothing held',
    ],
    ['leaves one that observes', run(states.closed, observe, open), 'nothing observing'],
    [
      'extends its own hold',
      run(states.stopped, until(T + HOUR / 2), open, true),
      'extended open held 1 h same version',
    ],
    [
      'leaves its own hold that has just begun',
      run(states.stopped, until(T + HOUR - 60_000), open, true),
      'nothing lasts',
    ],
    [
      'never shortens its own hold',
      run(states.stopped, until(T + 2 * HOUR), open, true),
      'nothing lasts',
    ],
    [
      'opens what it only held',
      run(states.closed, until(T + 2 * HOUR), open, true),
      'acted open held 2 h',
    ],
  ])('that opens %s', (_, result, expected) => {
    expect(shortOf(result)).toBe(expected);
  });

  it.each([
    ['a closed breaker', run(states.closed, auto, dim), 'acted dimmed auto 1 h'],
    ['nothing that is open', run(states.open, auto, dim), 'nothing lower'],
    ['nothing that is being probed', run(states.probing, auto, dim), 'nothing lower'],
    ['nothing that ramps', run(states.ramp, auto, dim), 'nothing recovering'],
    ['nothing that is held', run(states.closed, until(T + 9), dim, true), 'nothing held'],
    ['more what is dimmed less', run(byHand(HALF, T + 9), auto, dim), 'acted dimmed auto 1 h'],
    ['more what load has dimmed', run(byLoad, auto, dim), 'acted dimmed auto 1 h'],
    ['no less what is dimmed more', run(byHand(5, T + 9), auto, dim), 'nothing lower'],
    ['not what a person dims without an end', run(byHand(HALF, null), auto, dim), 'nothing held'],
    [
      'longer what it dimmed',
      run(byHand(QUARTER, T + 9), auto, dim, true),
      'extended dimmed auto 1 h same version',
    ],
    ['nothing twice', run(byHand(QUARTER, T + HOUR), auto, dim, true), 'nothing lasts'],
  ])('that dims: %s', (_, result, expected) => {
    expect(shortOf(result)).toBe(expected);
  });

  it.each([
    ['a closed breaker', run(states.closed, auto, hold), 'acted closed held 1 h same version'],
    ['a ramp', run(states.ramp, auto, hold), 'acted ramping held 1 h same version'],
    [
      'what it opened, for longer',
      run(states.stopped, until(T + 9), hold, true),
      'extended open held 1 h same version',
    ],
    ['nothing that observes', run(states.closed, observe, hold), 'nothing observing'],
  ])('that holds: %s', (_, result, expected) => {
    expect(shortOf(result)).toBe(expected);
  });

  it('ends by itself, and then evidence brings the breaker back', () => {
    const result = run(states.closed, auto, open);
    if (result.doing === 'nothing') throw new Error(result.why);
    const { state, control, evidence } = result.transition;
    expect(evidence).toMatchObject({
      cause: 'trigger',
      summary: 'Opened by trigger "pager" for 1 h; then it comes back step by step.',
    });
    const ended = decide(record(state, control), NO_EVIDENCE, T + HOUR, 0).transition;
    expect(ended).toMatchObject({ control: auto, evidence: { cause: 'hold_ended' } });
  });

  it('never admits more, never without an end, and twice is as once', () => {
    const kinds: readonly BreakerState[] = [...Object.values(states), byHand(5, null), byLoad];
    const input = fc.record({
      state: fc.constantFrom(...kinds, openState(facts, T + 5, T), byHand(HALF, T + 9)),
      control: fc.constantFrom<Control>(auto, observe, held, until(T + 9), until(T + 2 * HOUR)),
      action: fc.constantFrom(...TRIGGER_ACTIONS),
      own: fc.boolean(),
    });
    fc.assert(
      fc.property(input, ({ state, control, action, own }) => {
        // A trigger never holds without an end.
        fc.pre(!own || control.mode !== 'held' || control.until !== null);
        const effect = { ...dim, action };
        const first = run(state, control, effect, own);
        if (first.doing === 'nothing') return;
        const { transition } = first;
        const [before, after] = [
          admissionOf(state, control),
          admissionOf(transition.state, transition.control),
        ];
        expect(after).toBeLessThanOrEqual(before);
        expect(shortOf(first)).not.toContain('no end');
        const again = run(transition.state, transition.control, effect, true);
        expect(shortOf(again)).toMatch(/^nothing (?:lasts|held)$/);
      }),
    );
  });
});
