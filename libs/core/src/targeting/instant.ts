import type { Millis } from '../model/model.js';
import type { AttributeValue } from '../model/rules.js';

/** A date, or a date and time with its distance from UTC (ISO 8601, RFC 3339). A date alone begins at midnight UTC. */
const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:([Zz])|([+-])(\d\d):?(\d\d)))?$/;
const DIGITS = /^[+-]?\d{1,16}$/;
const MINUTE_MS = 60_000;

/**
 * A point in time, given as milliseconds since the Unix epoch or as ISO 8601 with a distance from UTC; null for
 * anything else. A time without that distance means another moment on every machine, so it is none.
 */
export function instantOf(value: AttributeValue): Millis | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string') return null;
  return DIGITS.test(value) ? Number(value) : fromIso(value);
}

function fromIso(text: string): Millis | null {
  const found = ISO.exec(text);
  if (found === null) return null;
  const field = (index: number) => Number(found[index] ?? 0);
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map(field);
  if (year === undefined || month === undefined || day === undefined) return null;
  const midnight = Date.UTC(year, month - 1, day);
  const isDay = new Date(midnight).getUTCDate() === day && month >= 1 && month <= 12;
  const [h = 0, m = 0, s = 0] = [hour, minute, second];
  const [awayHours, awayMinutes] = [field(10), field(11)];
  // A leap second is written as 60.
  if (!isDay || h > 23 || m > 59 || s > 60 || awayHours > 23 || awayMinutes > 59) return null;
  const fraction = Math.floor(Number(`0.${found[7] ?? '0'}`) * 1_000);
  const away = (awayHours * 60 + awayMinutes) * (found[9] === '-' ? -1 : 1);
  return midnight + ((h * 60 + m - away) * 60 + s) * 1_000 + fraction;
}

/** 1973-03-03: what lies before is almost surely meant in seconds. */
const LIKELY_SECONDS_BELOW = 1e11;

/** Why a point in time cannot be compared with; null when it can. */
export function instantProblem(value: AttributeValue): string | null {
  const instant = instantOf(value);
  if (instant === null) {
    return 'Give a date such as 2026-11-30, a time with its distance from UTC such as 2026-11-30T08:00:00+01:00, or milliseconds since 1970.';
  }
  const isNumber = typeof value === 'number' || DIGITS.test(String(value));
  if (isNumber && Math.abs(instant) < LIKELY_SECONDS_BELOW) {
    return `${value} is ${Math.round(instant / MINUTE_MS)} minutes after the start of 1970. Give milliseconds, not seconds.`;
  }
  return null;
}
