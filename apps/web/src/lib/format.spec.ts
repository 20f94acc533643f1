import { afterEach, describe, expect, it } from 'vitest';
import {
  formatClock,
  formatCount,
  formatCountdown,
  formatDateTime,
  formatDuration,
  formatLatency,
  formatMillis,
  formatShare,
  initials,
  localDateShowing,
  plural,
} from './format';

describe('formatCount', () => {
  it.each([
    [0, '0'],
    [4.72, '4.7'],
    [38.4, '38'],
    [999.6, '1000'],
    [1_234, '1,234'],
    [12_345, '12k'],
    [1_250_000, '1.3M'],
  ])('%s reads %s', (value, text) => {
    expect(formatCount(value)).toBe(text);
  });
});

describe('formatShare', () => {
  it.each([
    [null, '–'],
    [0, '0%'],
    [0.0004, '< 0.1%'],
    [0.042, '4.2%'],
    [0.956, '96%'],
    [1, '100%'],
  ])('%s reads %s', (value, text) => {
    expect(formatShare(value)).toBe(text);
  });
});

describe('durations', () => {
  it.each([
    [-5, '0 s'],
    [999, '0 s'],
    [42_000, '42 s'],
    [252_000, '4 m 12 s'],
    [7_500_000, '2 h 5 m'],
    [7_200_000, '2 h'],
    [273_600_000, '3 d 4 h'],
  ])('%s ms last %s', (value, text) => {
    expect(formatDuration(value)).toBe(text);
  });

  it('counts down in tenths near the end, and never below now', () => {
    expect(formatCountdown(3_150)).toBe('3.2 s');
    expect(formatCountdown(12_000)).toBe('12 s');
    expect(formatCountdown(0)).toBe('now');
    expect(formatCountdown(-1)).toBe('now');
  });

  it('keeps a configured duration exact', () => {
    expect([250, 1_500, 60_000, 300_000, 0].map(formatMillis)).toEqual([
      '250 ms',
      '1.5 s',
      '1 min',
      '5 min',
      '0 s',
    ]);
  });
});

describe('words', () => {
  it('counts nouns and abbreviates names', () => {
    expect(plural(1, 'instance')).toBe('1 instance');
    expect(plural(3, 'instance')).toBe('3 instances');
    expect(initials('Ada Lovelace')).toBe('AL');
    expect(initials('ops@example.com')).toBe('OE');
    expect(initials('')).toBe('?');
  });
});

describe('formatLatency', () => {
  it.each([
    [null, '–'],
    [0.001, '1 µs'],
    [0.0042, '4.2 µs'],
    [0.98, '980 µs'],
    [4.87, '4.9 ms'],
    [42.4, '42 ms'],
    [961.5, '962 ms'],
    [1_234, '1.2 s'],
    [74_000, '74 s'],
  ])('%s reads %s', (ms, text) => {
    expect(formatLatency(ms)).toBe(text);
  });
});

describe('times in UTC', () => {
  const home = process.env.TZ;
  afterEach(() => {
    if (home === undefined) delete process.env.TZ;
    else process.env.TZ = home;
  });

  it.each(['America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'America/St_Johns'])(
    'are exact in every hour of a year, whatever daylight saving does in %s',
    (zone) => {
      process.env.TZ = zone;
      expect(new Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(zone);
      for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += 1_800_000) {
        const iso = new Date(at).toISOString();
        expect(formatClock(at, 'utc')).toBe(iso.slice(11, 19));
        expect(formatDateTime(at, 'utc')).toContain(`${Number(iso.slice(8, 10))} `);
      }
    },
  );

  it('are shown by a local date in every hour that the local clock has', () => {
    process.env.TZ = 'America/New_York';
    const wrong: string[] = [];
    for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += 3_600_000) {
      const shown = localDateShowing(at, 'utc');
      const iso = new Date(at).toISOString();
      if (shown.getHours() !== Number(iso.slice(11, 13))) wrong.push(iso);
    }
    expect(wrong).toEqual(['2026-03-08T02:00:00.000Z']);
  });
});
