/** Numbers and times for people. Every function is pure: times come in as parameters. */

/** "4.7", "38", "1.2k": calls a second and other small figures in a table. */
export function formatCount(value: number): string {
  if (value >= 999_500) return `${trim(value / 1_000_000)}M`;
  if (value >= 9_995) return `${trim(value / 1_000)}k`;
  if (value >= 1_000) return Math.round(value).toLocaleString('en-US');
  return value >= 100 ? String(Math.round(value)) : trim(value);
}

function trim(value: number): string {
  return String(Number(value.toFixed(value >= 10 ? 0 : 1)));
}

/** 0…1 as "0%", "4.2%", "96%"; "–" for null, which is "no calls". */
export function formatShare(share: number | null): string {
  if (share === null) return '–';
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return '< 0.1%';
  return `${Number(percent.toFixed(percent >= 10 ? 0 : 1))}%`;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** Two units at most: "0 s", "42 s", "4 m 12 s", "2 h 5 m", "3 d 4 h". Negative durations read as 0. */
export function formatDuration(ms: number): string {
  const whole = Math.max(0, Math.floor(ms / 1_000)) * 1_000;
  const first = UNITS.findIndex(([, size]) => whole >= size);
  if (first === -1) return '0 s';
  const parts: string[] = [];
  let rest = whole;
  for (const [unit, size] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.join(' ');
}

/** A configured duration, exactly: "250 ms", "1.5 s", "5 min". */
export function formatMillis(ms: number): string {
  if (ms === 0) return '0 s';
  if (ms % 60_000 === 0) return `${ms / 60_000} min`;
  return ms >= 1_000 ? `${Number((ms / 1_000).toFixed(3))} s` : `${ms} ms`;
}

/** A measured duration, to two digits: "35 µs", "4.9 ms", "42 ms", "1.2 s", "74 s"; "–" for null, which is "not told". */
export function formatLatency(ms: number | null): string {
  if (ms === null) return '–';
  const [value, unit] = ms >= 1_000 ? [ms / 1_000, 's'] : ms >= 1 ? [ms, 'ms'] : [ms * 1_000, 'µs'];
  return `${Number(value >= 10 ? value.toFixed(0) : value.toPrecision(2))} ${unit}`;
}

/** A countdown: "3.2 s" below ten seconds, then whole units; "now" when it is over. */
export function formatCountdown(ms: number): string {
  if (ms <= 0) return 'now';
  return ms < 10_000 ? `${(Math.ceil(ms / 100) / 10).toFixed(1)} s` : formatDuration(ms);
}

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

const ZONES = ['local', 'utc'] as const;
/** In which times are shown: the reader's own, or UTC, which everyone in an incident shares. */
export type Zone = (typeof ZONES)[number];

export function zoneOf(value: string | null): Zone {
  return ZONES.find((zone) => zone === value) ?? 'local';
}

interface DateParts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

function datePartsIn(at: number, zone: Zone): DateParts {
  const date = new Date(at);
  return zone === 'utc'
    ? {
        year: date.getUTCFullYear(),
        month: date.getUTCMonth(),
        day: date.getUTCDate(),
        hour: date.getUTCHours(),
        minute: date.getUTCMinutes(),
        second: date.getUTCSeconds(),
      }
    : {
        year: date.getFullYear(),
        month: date.getMonth(),
        day: date.getDate(),
        hour: date.getHours(),
        minute: date.getMinutes(),
        second: date.getSeconds(),
      };
}

/**
 * A date whose local getters show the zone's time, for a library that reads only those. In UTC it is an hour late during
 * the hour that local daylight saving time skips, because no local date can show that hour.
 */
export function localDateShowing(at: number, zone: Zone): Date {
  if (zone === 'local') return new Date(at);
  const { year, month, day, hour, minute, second } = datePartsIn(at, zone);
  return new Date(year, month, day, hour, minute, second);
}

/** Clock time: "02:14:07". */
export function formatClock(at: number, zone: Zone = 'local'): string {
  const { hour, minute, second } = datePartsIn(at, zone);
  return `${pad(hour)}:${pad(minute)}:${pad(second)}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** "14 Mar". */
export function formatDay(at: number, zone: Zone = 'local'): string {
  const { day, month } = datePartsIn(at, zone);
  return `${day} ${MONTHS[month] ?? ''}`;
}

/** Date and time: "14 Mar 2026, 02:14:07"; UTC is named. */
export function formatDateTime(at: number, zone: Zone = 'local'): string {
  const { year } = datePartsIn(at, zone);
  const name = zone === 'utc' ? ' UTC' : '';
  return `${formatDay(at, zone)} ${year}, ${formatClock(at, zone)}${name}`;
}

/** "1 instance", "3 instances". */
export function plural(count: number, word: string, words = `${word}s`): string {
  return `${count} ${count === 1 ? word : words}`;
}

/** Initials for an avatar: at most two letters. */
export function initials(name: string): string {
  const words = name.split(/[\s@._-]+/).filter((word) => word !== '');
  const letters = words.slice(0, 2).map((word) => word[0] ?? '');
  return letters.join('').toUpperCase() || '?';
}
