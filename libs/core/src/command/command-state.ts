import { formatAdmission } from '../model/admission.js';
import { accept, AUTO, type CommandResult, refuse, spanOf } from './command-result.js';
import type { BreakerRecord, BreakerState, Control, Millis } from '../model/model.js';
import { probesFollow } from '../text/probe-words.js';
import {
  closedState,
  factsOf,
  initialState,
  type OpenState,
  openState,
  probingState,
  release,
  resumed,
  undimmed,
} from '../recovery/state.js';

export function trip(
  { state, control }: BreakerRecord,
  until: Millis | null,
  now: Millis,
  keepsRules = false,
): CommandResult {
  const held: Control = { mode: 'held', until };
  const span = `${spanOf(until, now, 'restores')}${keepsRules ? '; rules still decide for those that they match' : ''}`;
  if (state.kind !== 'open') {
    return accept(
      withRules(openState(factsOf(state, now), null, now), keepsRules),
      held,
      `Opened by hand, ${span}.`,
      true,
    );
  }
  const keptRules = control.mode === 'held' ? state.keepsRules === true : control.mode === 'auto';
  if (control.mode === 'held' && control.until === until && keptRules === keepsRules) {
    return refuse('already_open', 'Already held open. Restore it or pick a different end time.');
  }
  // In observe an open state blocks nothing, so that taking it over changes what calls meet.
  const blocksNow = control.mode === 'observe';
  const kept = withRules({ ...state, coolDownEndsAt: null }, keepsRules);
  return accept(kept, held, `Kept open by hand, ${span}.`, blocksNow);
}

function withRules({ keepsRules: _, ...state }: OpenState, keepsRules: boolean): OpenState {
  return { ...state, ...(keepsRules && { keepsRules }) };
}

export function restore(record: BreakerRecord, now: Millis): CommandResult {
  const { state, control, policy } = record;
  switch (state.kind) {
    case 'open':
      return accept(
        probingState(factsOf(state, now), now),
        AUTO,
        `Restoring by hand: ${probesFollow(record)}`,
        true,
      );
    case 'dimmed': {
      const next = undimmed(policy, state, now);
      const summary =
        next.kind === 'closed'
          ? 'Restored by hand: closed.'
          : `Restoring by hand from ${formatAdmission(state.admission)}.`;
      return accept(next, AUTO, summary, true);
    }
    case 'closed':
      return control.mode === 'held'
        ? accept(state, AUTO, 'Released by hand: evidence moves it again.', false)
        : refuse('already_closed', 'It is closed: all traffic passes already.');
    case 'probing':
      return control.mode === 'auto'
        ? refuse(
            'already_restoring',
            'It is being probed already. Skip the probe with ramp start, or close it with ramp finish.',
          )
        : accept(state, AUTO, 'Released by hand: the probe goes on.', false);
    case 'ramping':
      return control.mode === 'auto' && !state.paused
        ? refuse(
            'already_restoring',
            'It is ramping already. Use next to go faster, or finish to close it.',
          )
        : accept(resumed(state), AUTO, 'Released by hand: the ramp goes on by evidence.', false);
  }
}

export function close(
  { state, control, policy }: BreakerRecord,
  now: Millis,
  summary: string,
): CommandResult {
  if (state.kind === 'closed') {
    return control.mode === 'held'
      ? accept(state, AUTO, 'Released by hand: evidence moves it again.', false)
      : refuse('already_closed', 'It is closed: all traffic passes already.');
  }
  return accept(closedState(policy, factsOf(state, now).relapses, now), AUTO, summary, true);
}

export function setMode(
  { state, control, policy }: BreakerRecord,
  mode: Control['mode'],
  until: Millis | null,
  now: Millis,
): CommandResult {
  if (until !== null && mode !== 'held') {
    return refuse(
      'invalid_until',
      'Only a hold can have an end. Leave it out for the other modes.',
    );
  }
  if (control.mode === mode && (control.mode !== 'held' || control.until === until)) {
    return refuse('unchanged', `The mode is ${mode} already.`);
  }
  if (mode === 'held') {
    const span = spanOf(until, now, 'releases');
    // As it is: what rules admit to an open breaker passes still.
    const kept = state.kind === 'open' && control.mode === 'auto' ? withRules(state, true) : state;
    return accept(
      kept,
      { mode, until },
      `Held as it is by hand, ${span}.`,
      admitsChange(state, control),
    );
  }
  if (mode === 'observe') {
    const closed =
      state.kind === 'closed' ? state : closedState(policy, factsOf(state, now).relapses, now);
    return accept(
      closed,
      { mode },
      'Only observing, set by hand: all traffic passes.',
      closed !== state,
    );
  }
  const released =
    control.mode === 'held'
      ? release(state, now)
      : { state: observedOff(state, now), control: AUTO };
  return accept(
    released.state,
    AUTO,
    'Evidence moves it, set by hand.',
    admitsChange(state, control),
  );
}

/** Leaving observe changes what calls meet unless the breaker is closed. */
function admitsChange(state: BreakerState, control: Control): boolean {
  return control.mode === 'observe' && state.kind !== 'closed';
}

/** A breaker that only observed begins afresh: what it would have done is no relapse. */
function observedOff(state: BreakerState, now: Millis): BreakerState {
  return state.kind === 'closed' && state.wouldHaveTrippedAt !== undefined
    ? { ...initialState(now), since: state.since }
    : state;
}
