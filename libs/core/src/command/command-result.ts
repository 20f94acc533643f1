import type { BreakerState, Control, Millis, Transition } from '../model/model.js';
import { evidenceOf } from '../recovery/transition.js';
import { formatDuration } from '../model/words.js';

export const COMMAND_ERROR_CODES = [
  'already_open',
  'already_closed',
  'already_restoring',
  'already_ramping',
  'already_paused',
  'not_ramping',
  'not_paused',
  'first_step',
  'not_closed',
  'invalid_admission',
  'invalid_until',
  'unchanged',
  'scope_not_possible',
  'too_many_scopes',
] as const;
export type CommandErrorCode = (typeof COMMAND_ERROR_CODES)[number];

export type CommandResult =
  | { readonly ok: true; readonly transition: Transition }
  | { readonly ok: false; readonly code: CommandErrorCode; readonly message: string };

export const AUTO: Control = { mode: 'auto' };

export function accept(
  state: BreakerState,
  control: Control,
  summary: string,
  versionChanged: boolean,
): CommandResult {
  return {
    ok: true,
    transition: { state, control, versionChanged, evidence: evidenceOf('command', { summary }) },
  };
}

export function refuse(code: CommandErrorCode, message: string): CommandResult {
  return { ok: false, code, message };
}

/** "for 30 min", "until a person restores it" */
export function spanOf(until: Millis | null, now: Millis, end: string): string {
  return until === null ? `until a person ${end} it` : `for ${formatDuration(until - now)}`;
}
