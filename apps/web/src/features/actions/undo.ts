import { ADMISSION_ALL, samePartition, type Partition } from '@recloser/core';
import type { BreakerSummary } from '@recloser/protocol';
import type { ActionName, ActionParameters } from './action-catalogue';

export interface Undo extends ActionParameters {
  readonly action: ActionName;
}

const undoWith = (action: ActionName, until: number | null = null): Undo => ({
  action,
  until,
  admission: ADMISSION_ALL,
});

type StateSummary = Pick<BreakerSummary, 'state' | 'mode' | 'heldUntil'>;
type Whole = StateSummary & Pick<BreakerSummary, 'scopes'>;

/** A part of the fleet without a state of its own gets this one with its first action, and has none again in it. */
const NO_STATE_OF_ITS_OWN: StateSummary = { state: 'closed', mode: 'auto', heldUntil: null };

function stateBefore(breaker: Whole, scope: Partition | undefined): StateSummary {
  if (scope === undefined) return breaker;
  return breaker.scopes.find((row) => samePartition(row, scope)) ?? NO_STATE_OF_ITS_OWN;
}

function modeAgain({ mode, heldUntil }: StateSummary): Undo {
  switch (mode) {
    case 'auto':
      return undoWith('auto');
    case 'observe':
      return undoWith('observe');
    case 'held':
      return undoWith('freeze', heldUntil);
  }
}

/**
 * What takes an action on a breaker, or on a part of its fleet, back exactly, by what it was before; null where nothing
 * does: a ramp that was moved has lost its evidence, and an outage's history does not come back.
 */
export function undoOf(breaker: Whole, action: ActionName, scope?: Partition): Undo | null {
  const before = stateBefore(breaker, scope);
  switch (action) {
    case 'trip':
    case 'dim':
      return before.state === 'closed' && before.mode === 'auto' ? undoWith('finish') : null;
    case 'hold':
      return undoWith('resume');
    case 'auto':
    case 'freeze':
    case 'observe':
      return modeAgain(before);
    case 'restore':
    case 'start':
    case 'resume':
    case 'next':
    case 'back':
    case 'set':
    case 'abort':
    case 'finish':
      return null;
  }
}
