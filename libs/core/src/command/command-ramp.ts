import { ADMISSION_ALL, ADMISSION_NONE, formatAdmission, isAdmission } from '../model/admission.js';
import { accept, AUTO, type CommandResult, refuse, spanOf } from './command-result.js';
import { close, trip } from './command-state.js';
import type {
  Admission,
  BreakerRecord,
  BreakerState,
  Command,
  Control,
  Millis,
} from '../model/model.js';
import {
  atStep,
  closedState,
  exactRamp,
  factsOf,
  nextStep,
  previousStep,
  rampingState,
  type RampingState,
  resumed,
} from '../recovery/state.js';

export function rampStart({ state, policy }: BreakerRecord, now: Millis): CommandResult {
  if (state.kind === 'ramping') {
    return refuse('already_ramping', 'It is ramping already. Use next, back, set, hold or finish.');
  }
  const ramp = rampingState(policy, factsOf(state, now), now);
  const first = formatAdmission(ramp.ladder[0] ?? ADMISSION_NONE);
  return accept(ramp, AUTO, `Ramp started by hand at ${first}, without a probe.`, true);
}

export function rampSet(record: BreakerRecord, admission: Admission, now: Millis): CommandResult {
  const { state, control, policy } = record;
  if (!isAdmission(admission)) {
    return refuse(
      'invalid_admission',
      `An admission is an integer 0…${ADMISSION_ALL}; 6.25% is ${2 ** 28}.`,
    );
  }
  if (admission === ADMISSION_NONE) return trip(record, null, now);
  if (admission === ADMISSION_ALL) return close(record, now, 'Set to 100% by hand: closed.');
  const ramp = state.kind === 'ramping' ? state : rampingState(policy, factsOf(state, now), now);
  if (
    state.kind === 'ramping' &&
    control.mode === 'auto' &&
    state.paused &&
    state.exact === admission
  ) {
    return refuse('unchanged', `It is already set to ${formatAdmission(admission)}.`);
  }
  const next = exactRamp(policy, ramp, admission, now);
  return accept(next, AUTO, `Set to ${formatAdmission(admission)} by hand; paused there.`, true);
}

export function steer(
  { control, policy }: BreakerRecord,
  state: RampingState,
  request: Extract<Command, { type: 'ramp.hold' | 'ramp.resume' | 'ramp.next' | 'ramp.back' }>,
  now: Millis,
): CommandResult {
  switch (request.type) {
    case 'ramp.hold':
      return hold(state, control, request.until, now);
    case 'ramp.resume':
      return state.paused || control.mode !== 'auto'
        ? accept(resumed(state), AUTO, 'Resumed by hand: the ramp goes on by evidence.', false)
        : refuse('not_paused', 'The ramp is not paused. Use next to go to the next step now.');
    case 'ramp.next': {
      const step = nextStep(state);
      if (step >= state.ladder.length) {
        return accept(
          closedState(policy, state.relapses, now),
          AUTO,
          'Past the last step by hand: closed.',
          true,
        );
      }
      return accept(
        atStep(policy, state, step, now),
        control,
        `On to ${stepName(state, step)} by hand.`,
        true,
      );
    }
    case 'ramp.back': {
      const step = previousStep(state);
      return step < 0
        ? refuse('first_step', 'This is the first step. Use abort to open the breaker.')
        : accept(
            atStep(policy, state, step, now),
            control,
            `Back to ${stepName(state, step)} by hand.`,
            true,
          );
    }
  }
}

function hold(
  state: RampingState,
  control: Control,
  until: Millis | null,
  now: Millis,
): CommandResult {
  if (state.paused && (state.pausedUntil ?? null) === until) {
    return refuse(
      'already_paused',
      'The ramp is already paused like this. Resume it, or give another end.',
    );
  }
  const span = spanOf(until, now, 'resumes');
  return accept(
    { ...state, paused: true, pausedUntil: until },
    control,
    `Paused by hand, ${span}.`,
    false,
  );
}

function stepName(state: RampingState, step: number): string {
  return formatAdmission(state.ladder[step] ?? ADMISSION_NONE);
}

export function notRamping(state: BreakerState): CommandResult {
  const instead = {
    closed: 'It is closed; start a ramp, or set an admission.',
    open: 'It is open; restore it, start a ramp, or set an admission.',
    probing: 'It is being probed; start the ramp to skip the probe, or abort.',
    dimmed: 'It is dimmed; restore it, or start a ramp.',
    ramping: 'It is ramping.',
  }[state.kind];
  return refuse('not_ramping', `Only a running ramp can do that. ${instead}`);
}
