import type { Partition } from '@recloser/core';
import type { ActionName } from './action-catalogue';

/** An action that a person has chosen and not yet confirmed with a reason. */
export interface ActionRequest {
  readonly breaker: string;
  readonly action: ActionName;
  /** Suggested admission for `set`. */
  readonly admission?: number;
  /** Only this part of the fleet; absent: the whole. */
  readonly scope?: Partition;
}
