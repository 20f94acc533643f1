import { formatAdmission, formatDuration, type TriggerAction } from '@recloser/core';
import type { TriggerInfo } from '@recloser/protocol';

const MINUTE_MS = 60_000;

/** How long what a trigger does may last; the API takes any length up to 7 days. */
export const DURATIONS: readonly number[] = [5, 15, 30, 60, 120, 360, 1_440].map(
  (minutes) => minutes * MINUTE_MS,
);

export const ACTION_WORDS: Readonly<Record<TriggerAction, string>> = {
  open: 'Admits nothing until its end.',
  dim: 'Admits only a part until its end.',
  hold: 'Keeps the breaker as it is until its end: evidence does not move it.',
};

const VERBS: Readonly<Record<TriggerAction, string>> = {
  open: 'opens',
  dim: 'dims',
  hold: 'holds',
};

/** "dims stripe to 25% for 30 min" */
export function effectOf({
  action,
  admission,
  breaker,
  durationMs,
}: Pick<TriggerInfo, 'action' | 'admission' | 'breaker' | 'durationMs'>): string {
  const part = admission === null ? '' : ` to ${formatAdmission(admission)}`;
  return `${VERBS[action]} ${breaker}${part} for ${formatDuration(durationMs)}`;
}

/** A command that calls it as a monitoring system would. */
export const curlLine = (url: string): string =>
  `curl -H 'Content-Type: application/json' -d '{"status":"firing","alert":"test"}' ${url}`;
