import {
  ADMISSION_ALL,
  admissionOf,
  type BreakerRecord,
  commandBreaker,
  formatAdmission,
  type Mode,
  samePartition,
  type Partition,
  type StateKind,
} from '@recloser/core';
import type { BreakerDetail } from '@recloser/protocol';
import { type ActionName, type ActionParameters, commandOf } from './action-catalogue';

export interface StateSummary {
  readonly state: StateKind;
  readonly mode: Mode;
  readonly admission: number;
}

export type ActionPreview =
  | {
      readonly possible: true;
      readonly after: StateSummary & { readonly keepsRules: boolean };
      readonly summary: string;
    }
  | { readonly possible: false; readonly why: string };

export const NO_PARAMETERS: ActionParameters = { until: null, admission: ADMISSION_ALL };

function recordOf(breaker: BreakerDetail): BreakerRecord {
  const { key, version, current, policy, control, scopes } = breaker;
  return {
    key,
    version,
    state: current,
    policy,
    control,
    scopes: scopes.map((row) => ({
      scope: { kind: row.kind, value: row.value },
      version: row.version,
      state: row.current,
      control: row.mode === 'held' ? { mode: row.mode, until: row.heldUntil } : { mode: row.mode },
      within: {},
      instances: row.instances,
    })),
  };
}

/** What an action would do now, by the same function that the server decides with. */
export function preview(
  breaker: BreakerDetail,
  action: ActionName,
  parameters: ActionParameters,
  now: number,
  scope?: Partition,
): ActionPreview {
  const input = commandOf(action, parameters);
  const result = commandBreaker(recordOf(breaker), input, now, 0, scope ?? null);
  if (!result.ok) return { possible: false, why: result.message };
  const { evidence, scopes, ...fleet } = result.transition;
  const part = scopes?.find((known) => scope !== undefined && samePartition(known.scope, scope));
  // A part that is dropped is again in the state of the fleet.
  const { state, control } = part ?? fleet;
  return {
    possible: true,
    after: {
      state: state.kind,
      mode: control.mode,
      admission: admissionOf(state, control),
      keepsRules: state.kind === 'open' && state.keepsRules === true,
    },
    summary: evidence.summary,
  };
}

/** "Traffic goes from 25% to 50%." */
export function trafficSentence(before: number, after: number): string {
  if (before === after) return `Traffic stays at ${formatAdmission(after)}.`;
  return `Traffic goes from ${formatAdmission(before)} to ${formatAdmission(after)}.`;
}
