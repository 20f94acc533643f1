import type {
  BreakerRecord,
  BreakerState,
  Millis,
  DecisionResult,
  ProbeEvidence,
  TransitionCause,
  TransitionEvidence,
  WindowEvidence,
} from '../model/model.js';
import { dueAt } from './timing.js';

export interface EvidenceInput {
  readonly summary: string;
  readonly window?: WindowEvidence | null;
  readonly probe?: ProbeEvidence | null;
  readonly acks?: TransitionEvidence['acks'];
}

/** The evidence of a transition; what is left out was not looked at. */
export function evidenceOf(cause: TransitionCause, input: EvidenceInput): TransitionEvidence {
  return {
    cause,
    summary: input.summary,
    window: input.window ?? null,
    probe: input.probe ?? null,
    acks: input.acks ?? null,
  };
}

/** A change of state under the same control, with a new version. */
export function transitionTo(
  record: BreakerRecord,
  now: Millis,
  state: BreakerState,
  cause: TransitionCause,
  input: EvidenceInput,
): DecisionResult {
  return {
    transition: {
      state,
      control: record.control,
      versionChanged: true,
      evidence: evidenceOf(cause, input),
    },
    dueAt: dueAt(state, record.policy, now, record.control),
  };
}
