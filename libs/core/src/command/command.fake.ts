import type {
  BreakerRecord,
  BreakerState,
  Command,
  Control,
  Millis,
  Mode,
  Transition,
} from '../model/model.js';
import { DEFAULT_POLICY } from '../policy/policy.js';
import {
  initialState,
  openState,
  probingState,
  rampingState,
  type RampingState,
} from '../recovery/state.js';
import type { CommandResult } from './command-result.js';
import { command } from './command.js';

/** When the commands are given. */
export const T: Millis = 1_000_000;
export const facts = { outageStartedAt: T - 10_000, rateBefore: 0.01, relapses: 1 };

const auto: Control = { mode: 'auto' };
const observe: Control = { mode: 'observe' };
const held: Control = { mode: 'held', until: null };
export const controls = { auto, observe, held };

const ramp: RampingState = {
  ...rampingState(DEFAULT_POLICY, facts, T - 100),
  dwellStartedAt: T - 50,
};
const dimmed: BreakerState = { kind: 'dimmed', since: 0, admission: 2 ** 30 };
export const states = {
  closed: initialState(0),
  open: openState(facts, T + 500, T - 2_500),
  stopped: openState(facts, null, T - 2_500),
  probing: probingState(facts, T - 100),
  ramp,
  dimmed,
};

const plain = {
  trip: { type: 'trip', until: null },
  restore: { type: 'restore' },
  start: { type: 'ramp.start' },
  finish: { type: 'ramp.finish' },
  abort: { type: 'ramp.abort' },
  next: { type: 'ramp.next' },
  back: { type: 'ramp.back' },
  resume: { type: 'ramp.resume' },
  hold: { type: 'ramp.hold', until: null },
} as const satisfies Readonly<Record<string, Command>>;
export const commands = {
  ...plain,
  set: (admission: number): Command => ({ type: 'ramp.set', admission }),
  mode: (mode: Mode, until: Millis | null = null): Command => ({ type: 'mode.set', mode, until }),
};

export function run(state: BreakerState, request: Command, control: Control = auto): CommandResult {
  const policy = DEFAULT_POLICY;
  const record: BreakerRecord = { key: 'stripe', version: 7, state, control, policy };
  return command(record, request, T, 0.5);
}

export function accepted(result: CommandResult): Transition {
  if (!result.ok) throw new Error(`refused: ${result.code}`);
  return result.transition;
}

export function refused(result: CommandResult): string {
  if (result.ok) throw new Error('accepted');
  return result.code;
}
