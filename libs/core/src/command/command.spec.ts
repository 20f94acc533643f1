import { describe, expect, it } from 'vitest';
import { ADMISSION_ALL, admissionOf } from '../model/admission.js';
import type { BreakerState, Command, Control } from '../model/model.js';
import { accepted, commands, controls, refused, run, states, T } from './command.fake.js';

const { auto, held, observe } = controls;
const { closed, dimmed, open, probing, ramp, stopped } = states;
const { abort, back, finish, hold, mode, next, restore, resume, set, start, trip } = commands;

/** from, control, command → kind, mode, percent admitted, new version; or the refusal's code. */
type Row = [string, BreakerState, Control, Command, [string, string, number, boolean] | string];

const table: Row[] = [
  ['trip closed', closed, auto, trip, ['open', 'held', 0, true]],
  ['trip closed in observe', closed, observe, trip, ['open', 'held', 0, true]],
  ['trip closed and held', closed, held, trip, ['open', 'held', 0, true]],
  ['trip open: a person takes over', open, auto, trip, ['open', 'held', 0, false]],
  ['trip held open', stopped, held, trip, 'already_open'],
  ['trip probing', probing, auto, trip, ['open', 'held', 0, true]],
  ['trip ramping', ramp, auto, trip, ['open', 'held', 0, true]],
  ['trip dimmed', dimmed, auto, trip, ['open', 'held', 0, true]],

  ['restore open', open, auto, restore, ['probing', 'auto', 0, true]],
  ['restore held open', stopped, held, restore, ['probing', 'auto', 0, true]],
  ['restore closed', closed, auto, restore, 'already_closed'],
  ['restore closed and held: release', closed, held, restore, ['closed', 'auto', 100, false]],
  ['restore probing', probing, auto, restore, 'already_restoring'],
  ['restore probing and held: release', probing, held, restore, ['probing', 'auto', 0, false]],
  ['restore ramping', ramp, auto, restore, 'already_restoring'],
  [
    'restore ramping and paused: release',
    { ...ramp, paused: true },
    auto,
    restore,
    ['ramping', 'auto', 6.25, false],
  ],
  ['restore dimmed to 25%', dimmed, auto, restore, ['ramping', 'auto', 50, true]],
  [
    'restore dimmed above the ladder',
    { ...dimmed, admission: 2 ** 31 },
    auto,
    restore,
    ['closed', 'auto', 100, true],
  ],

  ['start from closed', closed, auto, start, ['ramping', 'auto', 6.25, true]],
  ['start from open', open, auto, start, ['ramping', 'auto', 6.25, true]],
  ['start from held open', stopped, held, start, ['ramping', 'auto', 6.25, true]],
  ['start from probing', probing, auto, start, ['ramping', 'auto', 6.25, true]],
  ['start from dimmed', dimmed, auto, start, ['ramping', 'auto', 6.25, true]],
  ['start from ramping', ramp, auto, start, 'already_ramping'],

  ['next', ramp, auto, next, ['ramping', 'auto', 12.5, true]],
  ['next when held', ramp, held, next, ['ramping', 'held', 12.5, true]],
  ['next after the last', { ...ramp, step: 3 }, auto, next, ['closed', 'auto', 100, true]],
  [
    'next from an exact admission',
    { ...ramp, exact: 2 ** 29 + 1 },
    auto,
    next,
    ['ramping', 'auto', 25, true],
  ],
  ['back', { ...ramp, step: 2 }, auto, back, ['ramping', 'auto', 12.5, true]],
  ['back from the first', ramp, auto, back, 'first_step'],
  [
    'back from an exact admission',
    { ...ramp, step: 1, exact: 2 ** 29 + 1 },
    auto,
    back,
    ['ramping', 'auto', 12.5, true],
  ],

  ['hold', ramp, auto, hold, ['ramping', 'auto', 6.25, false]],
  ['hold twice', { ...ramp, paused: true }, auto, hold, 'already_paused'],
  [
    'hold until later instead',
    { ...ramp, paused: true },
    auto,
    { type: 'ramp.hold', until: T + 1 },
    ['ramping', 'auto', 6.25, false],
  ],
  ['resume', { ...ramp, paused: true }, auto, resume, ['ramping', 'auto', 6.25, false]],
  ['resume what runs', ramp, auto, resume, 'not_paused'],
  ['resume what is held', ramp, held, resume, ['ramping', 'auto', 6.25, false]],

  ['set 37.5%', ramp, auto, set(6 * 2 ** 28), ['ramping', 'auto', 37.5, true]],
  ['set 37.5% from closed', closed, auto, set(6 * 2 ** 28), ['ramping', 'auto', 37.5, true]],
  ['set 37.5% from held open', stopped, held, set(6 * 2 ** 28), ['ramping', 'auto', 37.5, true]],
  ['set what is set', { ...ramp, exact: 5, paused: true }, auto, set(5), 'unchanged'],
  [
    'set what is set but goes on',
    { ...ramp, exact: 5 },
    auto,
    set(5),
    ['ramping', 'auto', (5 / 2 ** 32) * 100, true],
  ],
  ['set 0', ramp, auto, set(0), ['open', 'held', 0, true]],
  ['set 100%', ramp, auto, set(ADMISSION_ALL), ['closed', 'auto', 100, true]],
  ['set 100% when closed', closed, auto, set(ADMISSION_ALL), 'already_closed'],
  ['set −1', ramp, auto, set(-1), 'invalid_admission'],
  ['set a half', ramp, auto, set(0.5), 'invalid_admission'],
  ['set more than all', ramp, auto, set(ADMISSION_ALL + 1), 'invalid_admission'],
  ['set not a number', ramp, auto, set(Number.NaN), 'invalid_admission'],

  ['abort ramping', ramp, auto, abort, ['open', 'held', 0, true]],
  ['abort probing', probing, auto, abort, ['open', 'held', 0, true]],
  ['abort closed', closed, auto, abort, 'not_ramping'],
  ['abort open', open, auto, abort, 'not_ramping'],

  ['finish ramping', ramp, held, finish, ['closed', 'auto', 100, true]],
  ['finish probing', probing, auto, finish, ['closed', 'auto', 100, true]],
  ['finish open', stopped, held, finish, ['closed', 'auto', 100, true]],
  ['finish dimmed', dimmed, auto, finish, ['closed', 'auto', 100, true]],
  ['finish closed', closed, auto, finish, 'already_closed'],
  ['finish closed and held', closed, held, finish, ['closed', 'auto', 100, false]],

  ['auto', closed, held, mode('auto'), ['closed', 'auto', 100, false]],
  ['auto again', closed, auto, mode('auto'), 'unchanged'],
  ['auto from observe', closed, observe, mode('auto'), ['closed', 'auto', 100, false]],
  ['held', ramp, auto, mode('held'), ['ramping', 'held', 6.25, false]],
  ['held open', open, auto, mode('held'), ['open', 'held', 0, false]],
  ['held again', ramp, held, mode('held'), 'unchanged'],
  ['held until later instead', ramp, held, mode('held', T + 1), ['ramping', 'held', 6.25, false]],
  ['observe', closed, auto, mode('observe'), ['closed', 'observe', 100, false]],
  ['observe while open', open, auto, mode('observe'), ['closed', 'observe', 100, true]],
  ['observe while ramping', ramp, held, mode('observe'), ['closed', 'observe', 100, true]],
  ['observe again', closed, observe, mode('observe'), 'unchanged'],
  ['auto with an end', closed, held, mode('auto', T + 1), 'invalid_until'],
];

describe('command', () => {
  it.each(table)('%s', (_name, state, control, request, expected) => {
    const result = run(state, request, control);
    if (typeof expected === 'string') {
      expect(refused(result)).toBe(expected);
      return;
    }
    const { state: to, control: under, versionChanged, evidence } = accepted(result);
    const percent = (admissionOf(to, under) / ADMISSION_ALL) * 100;
    expect([to.kind, under.mode, percent, versionChanged]).toEqual(expected);
    expect(evidence.cause).toBe('command');
    expect(evidence.summary).toMatch(/by hand/);
  });

  it.each([hold, resume, next, back])(
    '$type needs a ramp, and says what is possible instead',
    (request) => {
      for (const state of [closed, open, probing, dimmed]) {
        const result = run(state, request);
        expect(refused(result)).toBe('not_ramping');
        expect(result.ok ? '' : result.message).toMatch(
          /^Only a running ramp can do that\. It is .+;.+/,
        );
      }
    },
  );

  it.each<Command>([
    { type: 'trip', until: T },
    { type: 'trip', until: T - 1 },
    { type: 'ramp.hold', until: T },
    { type: 'mode.set', mode: 'held', until: Number.NaN },
  ])('refuses an end that is not in the future: $type', (request) => {
    expect(refused(run(ramp, request))).toBe('invalid_until');
  });
});
