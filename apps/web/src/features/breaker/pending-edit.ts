import type { BreakerDetail } from '@recloser/protocol';
import type { Edit } from './api/edit-breaker';
import type { Change } from './components/changes';

/** What was changed of a breaker, and is not saved yet. */
export interface PendingEdit {
  readonly breaker: BreakerDetail;
  /** The configuration version that the draft began with. */
  readonly revision: number;
  /** Somebody else has saved since: both versions are looked at first. */
  readonly overtaken: boolean;
  readonly changes: readonly Change[];
  readonly edit: Omit<Edit, 'reason'>;
  readonly onSaved: (breaker: BreakerDetail) => void;
}
