import type {
  BreakerState,
  Millis,
  Outage,
  TransitionCause,
  TransitionEvidence,
} from '../model/model.js';

/**
 * The steps of a probe round that leads nowhere. An outage repeats them about once a second, so lists fold them into
 * one line.
 */
export const PROBE_ROUND_CAUSES = [
  'cool_down_ended',
  'probe_failed',
  'probe_reissued',
] as const satisfies readonly TransitionCause[];

export interface StateChange {
  readonly from: BreakerState;
  readonly to: BreakerState;
  readonly evidence: Pick<TransitionEvidence, 'cause' | 'summary' | 'window'>;
  /** Name of the person who changed it; null: evidence did. */
  readonly actor: string | null;
}

/** The outage that a state belongs to after a change of it, or null. `before` is the outage before the change. */
export function outageAfter(before: Outage | null, change: StateChange): Outage | null {
  const { from, to, evidence } = change;
  if (to.kind === 'closed' || to.kind === 'dimmed') return null;
  const known = before ?? unrecorded(from);
  if (known !== null) {
    return evidence.cause === 'probe_failed'
      ? { ...known, failedRounds: known.failedRounds + 1 }
      : known;
  }
  // A ramp that a person started lets traffic in: nothing has failed yet.
  if (to.kind !== 'open') return null;
  return {
    startedAt: from.kind === 'ramping' ? firstFailure(change) : to.outageStartedAt,
    cause: evidence.cause,
    summary: evidence.summary,
    actor: change.actor,
    failedRounds: 0,
  };
}

/** An outage that a version without such records began: what its state tells. */
function unrecorded(from: BreakerState): Outage | null {
  if (from.kind !== 'open' && from.kind !== 'probing') return null;
  const { outageStartedAt, relapses } = from;
  return {
    startedAt: outageStartedAt,
    cause: null,
    summary: '',
    actor: null,
    failedRounds: relapses,
  };
}

function firstFailure({ to, evidence }: StateChange): Millis {
  return Math.min(to.since, evidence.window?.firstFailureAt ?? to.since);
}
