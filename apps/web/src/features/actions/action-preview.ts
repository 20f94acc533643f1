import {
  ADMISSION_ALL,
  admissionOf,
  type BreakerRecord,
  command,
  formatAdmission,
  type Mode,
  type StateKind,
} from '@recloser/core';
import type { BreakerDetail } from '@recloser/protocol';
import { type ActionName, type ActionParameters, commandOf } from './action-catalogue';

interface Standing {
  readonly state: StateKind;
  readonly mode: Mode;
  readonly admission: number;
}

export type ActionPreview =
  | { readonly possible: true; readonly after: Standing; readonly summary: string }
  | { readonly possible: false; readonly why: string };

export const NO_PARAMETERS: ActionParameters = { until: null, admission: ADMISSION_ALL };

function recordOf(breaker: BreakerDetail): BreakerRecord {
  const { key, version, current, policy, control } = breaker;
  return { key, version, state: current, policy, control };
}

/** What an action would do now, by the same function that the server decides with. */
export function preview(
  breaker: BreakerDetail,
  action: ActionName,
  parameters: ActionParameters,
  now: number,
): ActionPreview {
  const result = command(recordOf(breaker), commandOf(action, parameters), now, 0);
  if (!result.ok) return { possible: false, why: result.message };
  const { state, control, evidence } = result.transition;
  return {
    possible: true,
    after: { state: state.kind, mode: control.mode, admission: admissionOf(state, control) },
    summary: evidence.summary,
  };
}

/** "Traffic goes from 25 % to 50 %." */
export function trafficSentence(before: number, after: number): string {
  if (before === after) return `Traffic stays at ${formatAdmission(after)}.`;
  return `Traffic goes from ${formatAdmission(before)} to ${formatAdmission(after)}.`;
}
