import { ADMISSION_ALL } from '@recloser/core';
import { CliError, EXIT } from './cli-error.js';

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const usage = (message: string): CliError => new CliError(EXIT.usage, message);

/** "90s", "30m", "2h", "7d" in milliseconds. @throws CliError usage */
export function readDuration(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const ms = UNIT_MS[unit];
  if (ms === undefined) throw usage(`"${text}" is not a duration. Write 90s, 30m, 2h or 7d.`);
  return Number(count) * ms;
}

/** A duration from `now` on, or a time such as 2026-12-01T08:00Z. @throws CliError usage */
export function readTime(text: string, now: number): number {
  if (/^\d+[a-z]$/.test(text)) return now + readDuration(text);
  const at = /^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(at)) return at;
  throw usage(`"${text}" is not a time. Write 2h, or 2026-12-01T08:00Z with its time zone.`);
}

/** A duration before `now`, or a time such as 2026-12-01T08:00Z. @throws CliError usage */
export function readSince(text: string, now: number): number {
  return /^\d+[a-z]$/.test(text) ? now - readDuration(text) : readTime(text, now);
}

/** "18.75%" as an admission. @throws CliError usage */
export function readPercent(text: string): number {
  const [, digits = ''] = /^(\d{1,3}(?:\.\d{1,12})?)%$/.exec(text) ?? [];
  const percent = digits === '' ? NaN : Number(digits);
  if (percent >= 0 && percent <= 100) return Math.round((percent / 100) * ADMISSION_ALL);
  throw usage(`"${text}" is not a share of the traffic. Write 0% to 100%, such as 18.75%.`);
}

/** `accountId=42 plan=pro` as a context; every value is text. @throws CliError usage */
export function readContext(pairs: readonly string[]): Record<string, string> {
  const entries = pairs.map((pair): [string, string] => {
    const end = pair.indexOf('=');
    if (end < 1) throw usage(`"${pair}" is not name=value, such as accountId=42.`);
    return [pair.slice(0, end), pair.slice(end + 1)];
  });
  return Object.fromEntries(entries);
}
