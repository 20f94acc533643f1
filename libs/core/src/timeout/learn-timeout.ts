import type { CallPolicy } from '../model/call-policy.js';
import type { Millis } from '../model/model.js';
import { formatDuration, group, plural } from '../model/words.js';
import { suggestTimeout, type HealthyLatencies } from './timeout-suggestion.js';

/** A learned timeout changes at most once in this time, in ms, … */
export const LEARN_EVERY_MS = 3_600_000;
/** … and by at most this part of itself. */
const CHANGE_MAX = 0.2;
/** Less is no change: bins are 9.1% wide. */
const CHANGE_MIN = 0.05;

export interface LearnedTimeout {
  readonly timeoutMs: number;
  /** Why, with its figures. */
  readonly summary: string;
}

/**
 * The timeout that the fleet's latencies ask for now; null: leave it as it is. `lastAt`: when it was learned last. Within
 * its bounds, at most a fifth more or less than before, once an hour; one
 * that a person has set outside of the bounds comes back to them as slowly. Without a timeout it begins with the upper bound.
 */
export function learnTimeout(
  call: CallPolicy,
  healthy: HealthyLatencies,
  lastAt: Millis | null,
  now: Millis,
): LearnedTimeout | null {
  const { autoFalseRate, autoMinMs, autoMaxMs, timeoutMs: present } = call;
  if (autoFalseRate === null || autoMinMs === null || autoMaxMs === null) return null;
  if (lastAt !== null && Math.abs(now - lastAt) < LEARN_EVERY_MS) return null;
  const suggestion = suggestTimeout(healthy, autoFalseRate);
  if (suggestion === null) return null;
  const { samples, cutOff } = suggestion;
  // Of calls that were cut off only the timeout itself is known.
  const wanted = cutOff ? Number.POSITIVE_INFINITY : suggestion.timeoutMs;
  const next = bounded(present, wanted, autoMinMs, autoMaxMs, call.stallMs ?? 1);
  if (next === null) return null;
  const percentile = `P${Number((100 * (1 - autoFalseRate)).toPrecision(6))}`;
  const why = cutOff
    ? `more than ${Number((100 * autoFalseRate).toPrecision(6))}% of ${plural(healthy.calls, 'call')} met the timeout`
    : `${percentile} of ${group(samples)} sampled calls is ${formatDuration(suggestion.timeoutMs)}`;
  const from = present === null ? 'none' : formatDuration(present);
  return {
    timeoutMs: next,
    summary: `Timeout ${from} → ${formatDuration(next)}: in ${plural(healthy.hours, 'healthy hour')} ${why}.`,
  };
}

function bounded(
  present: number | null,
  wanted: number,
  least: number,
  most: number,
  stallMs: number,
): number | null {
  // A call cannot stall after its timeout.
  const low = Math.max(least, Math.min(stallMs, most));
  const enclosingOf = (value: number): number => Math.round(Math.min(most, Math.max(low, value)));
  if (present === null) return enclosingOf(most);
  const step = Math.min(present * (1 + CHANGE_MAX), Math.max(present * (1 - CHANGE_MAX), wanted));
  const next = Math.min(
    Math.floor(present * (1 + CHANGE_MAX)),
    Math.max(Math.ceil(present * (1 - CHANGE_MAX)), enclosingOf(step)),
  );
  return Math.abs(next - present) < Math.max(1, present * CHANGE_MIN) ? null : next;
}
