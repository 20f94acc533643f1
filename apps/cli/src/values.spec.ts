import { describe, expect, it } from 'vitest';
import { readContext, readDuration, readPercent, readSince, readTime } from './values.js';

const NOW = 1_700_000_000_000;

describe('values on a command line', () => {
  it.each([
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
  ])('%s is a duration', (text, ms) => {
    expect(readDuration(text)).toBe(ms);
    expect(readTime(text, NOW)).toBe(NOW + ms);
    expect(readSince(text, NOW)).toBe(NOW - ms);
  });

  it.each([
    ['0%', 0],
    ['6.25%', 2 ** 28],
    ['18.75%', 3 * 2 ** 28],
    ['100%', 2 ** 32],
  ])('%s is a share', (text, admission) => {
    expect(readPercent(text)).toBe(admission);
  });

  it('takes a time with its zone, and a context of text', () => {
    expect(readTime('2026-12-01T08:00Z', NOW)).toBe(Date.UTC(2026, 11, 1, 8));
    expect(readContext(['accountId=007', 'a=b=c', 'e='])).toEqual({
      accountId: '007',
      a: 'b=c',
      e: '',
    });
  });

  it.each(['', '2', 'h', '-2h', '2 h', '1w', '1h30m', '2026-12-01', '2026-12-01T08:00', 'T1Z'])(
    'refuses %j as a time, with what to write',
    (text) => {
      expect(() => readTime(text, NOW)).toThrow(/Write/);
    },
  );

  it.each(['', '18.75', '101%', '-1%', '1e1%', '0x1%', ' 5%'])('refuses %j as a share', (text) => {
    expect(() => readPercent(text)).toThrow(/Write 0% to 100%/);
  });

  it.each(['accountId', '=1', ''])('refuses %j in a context', (pair) => {
    expect(() => readContext([pair])).toThrow(/name=value/);
  });
});
