import type {
  BreakerRecord,
  BreakerState,
  Millis,
  Outcome,
  ProbeEvidence,
  TransitionCause,
  TransitionEvidence,
  WindowEvidence,
} from '../model.js';
import { dueAt } from './timing.js';

export interface Told {
  readonly summary: string;
  readonly window?: WindowEvidence | null;
  readonly probe?: ProbeEvidence | null;
  readonly acks?: TransitionEvidence['acks'];
}

/** The evidence of a transition; what is left out was not looked at. */
export function evidenceOf(cause: TransitionCause, told: Told): TransitionEvidence {
  return {
    cause,
    summary: told.summary,
    window: told.window ?? null,
    probe: told.probe ?? null,
    acks: told.acks ?? null,
  };
}

/** A change of state under the same control, with a new version. */
export function outcome(
  record: BreakerRecord,
  now: Millis,
  state: BreakerState,
  cause: TransitionCause,
  told: Told,
): Outcome {
  return {
    transition: {
      state,
      control: record.control,
      versionChanged: true,
      evidence: evidenceOf(cause, told),
    },
    dueAt: dueAt(state, record.policy, now, record.control),
  };
}
