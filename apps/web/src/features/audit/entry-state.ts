import { ADMISSION_ALL, type Mode, MODES, type StateKind, STATE_KINDS } from '@recloser/core';

export interface RecordedState {
  readonly state: StateKind;
  readonly mode: Mode;
  /** null: not recorded. */
  readonly admission: number | null;
}

/** A field of what an event recorded; undefined where there is none. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

/** State, mode and admission in an event's `before` or `after`; null when it is about something else. */
export function recordedStateIn(value: unknown): RecordedState | null {
  const inner = field(value, 'state');
  const kind = typeof inner === 'string' ? inner : field(inner, 'kind');
  const state = STATE_KINDS.find((one) => one === kind);
  if (state === undefined) return null;
  const mode = field(value, 'mode') ?? field(field(value, 'control'), 'mode');
  const admission = field(value, 'admission');
  return {
    state,
    mode: MODES.find((one) => one === mode) ?? 'auto',
    admission:
      typeof admission === 'number' && admission >= 0 && admission <= ADMISSION_ALL
        ? admission
        : null,
  };
}
