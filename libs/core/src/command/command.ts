import { dim } from './command-dim.js';
import { notRamping, rampSet, rampStart, steer } from './command-ramp.js';
import { type CommandResult, refuse } from './command-result.js';
import { close, restore, setMode, trip } from './command-state.js';
import type { BreakerRecord, Command, Millis } from '../model/model.js';

/**
 * What a person's command makes of a breaker, or why it cannot be done now and what can. A person's command beats
 * evidence and needs none. `random` is in [0, 1) and reserved for commands that start a cool-down.
 */
export function command(
  record: BreakerRecord,
  request: Command,
  now: Millis,
  random: number,
): CommandResult {
  const result = run(record, request, now, random);
  if (!result.ok) return result;
  const { transition } = result;
  const [before, after] = [record.control.mode, transition.control.mode];
  // Who sets the mode, or holds a breaker open, has asked for it; what else changes the mode says so.
  if (before === after || request.type === 'mode.set' || after === 'held') return result;
  const summary = `${transition.evidence.summary} Its mode changes from ${before} to ${after}.`;
  return {
    ok: true,
    transition: { ...transition, evidence: { ...transition.evidence, summary } },
  };
}

function run(record: BreakerRecord, request: Command, now: Millis, _random: number): CommandResult {
  if ('until' in request && request.until !== null && !(request.until > now)) {
    return refuse(
      'invalid_until',
      'The end of the hold must lie in the future. Leave it out to hold until someone ends it.',
    );
  }
  switch (request.type) {
    case 'trip':
      return trip(record, request.until, now, request.keepsRules === true);
    case 'restore':
      return restore(record, now);
    case 'dim':
      return dim(record, request.admission, request.until, now);
    case 'ramp.start':
      return rampStart(record, now);
    case 'ramp.set':
      return rampSet(record, request.admission, now);
    case 'ramp.finish':
      return close(record, now, 'Closed by hand: all traffic passes.');
    case 'ramp.abort':
      return abort(record, now);
    case 'mode.set':
      return setMode(record, request.mode, request.until, now);
    case 'ramp.hold':
    case 'ramp.resume':
    case 'ramp.next':
    case 'ramp.back':
      return record.state.kind === 'ramping'
        ? steer(record, record.state, request, now)
        : notRamping(record.state);
  }
}

function abort(record: BreakerRecord, now: Millis): CommandResult {
  const { kind } = record.state;
  return kind === 'ramping' || kind === 'probing'
    ? trip(record, null, now)
    : notRamping(record.state);
}
