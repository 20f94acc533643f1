import { ADMISSION_ALL } from '@recloser/core';
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

function modeAgain({ mode, heldUntil }: Pick<BreakerSummary, 'mode' | 'heldUntil'>): Undo {
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
 * What takes an action back exactly, by what the breaker was before; null where nothing does: a ramp that was moved
 * has lost its evidence, and an outage's history does not come back.
 */
export function undoOf(
  before: Pick<BreakerSummary, 'state' | 'mode' | 'heldUntil'>,
  action: ActionName,
): Undo | null {
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
