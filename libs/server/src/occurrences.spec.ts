import type { SchedulePlan } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { nextOccurrences, occurrenceAt, occurrences } from './occurrences.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const at = (text: string) => Date.parse(text);
const iso = (ms: number) => new Date(ms).toISOString();

const plan = (more: Partial<SchedulePlan>): SchedulePlan => ({
  when: { kind: 'weekly', days: [1, 2, 3, 4, 5, 6, 7], time: '02:30' },
  timeZone: 'Europe/Berlin',
  durationMinutes: 60,
  leadMinutes: 0,
  action: { kind: 'open' },
  breakers: ['stripe'],
  tags: [],
  ...more,
});
const starts = (some: SchedulePlan, from: string, to: string) =>
  occurrences(some, at(from), at(to)).map(({ start }) => iso(start));

describe('windows that come back', () => {
  it('lie on their days of the week, at the local time of their zone', () => {
    const weekend = plan({ when: { kind: 'weekly', days: [6, 7], time: '02:30' } });
    expect(starts(weekend, '2026-01-05T00:00Z', '2026-01-19T00:00Z')).toEqual([
      '2026-01-10T01:30:00.000Z',
      '2026-01-11T01:30:00.000Z',
      '2026-01-17T01:30:00.000Z',
      '2026-01-18T01:30:00.000Z',
    ]);
    const auckland = plan({
      when: { kind: 'weekly', days: [1], time: '01:00' },
      timeZone: 'Pacific/Auckland',
    });
    // Monday there is still Sunday in UTC.
    expect(starts(auckland, '2026-06-07T00:00Z', '2026-06-09T00:00Z')).toEqual([
      '2026-06-07T13:00:00.000Z',
    ]);
  });

  it('begin as much later as the clock jumps where their time is left out', () => {
    // In the night to 29 March 2026 there is no 02:30 in Berlin.
    expect(starts(plan({}), '2026-03-28T00:00Z', '2026-03-31T00:00Z')).toEqual([
      '2026-03-28T01:30:00.000Z',
      '2026-03-29T01:30:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
  });

  it('begin at the first of two where their time comes twice, and once', () => {
    // In the night to 25 October 2026 02:30 comes at 00:30Z and at 01:30Z.
    const [window, ...more] = occurrences(
      plan({}),
      at('2026-10-24T22:00Z'),
      at('2026-10-25T12:00Z'),
    );
    expect(iso(window!.start)).toBe('2026-10-25T00:30:00.000Z');
    expect(more).toEqual([]);
  });

  it('are as long as they say, whatever the clocks do meanwhile', () => {
    const long = plan({ durationMinutes: 180, when: { kind: 'weekly', days: [7], time: '01:00' } });
    for (const { start, end } of occurrences(
      long,
      at('2026-03-28T00:00Z'),
      at('2026-11-01T00:00Z'),
    )) {
      expect(end - start).toBe(3 * HOUR);
    }
  });

  it('keep to their first and last day', () => {
    const bounded = plan({
      when: {
        kind: 'weekly',
        days: [1, 2, 3, 4, 5, 6, 7],
        time: '02:30',
        from: '2026-01-10',
        until: '2026-01-11',
      },
    });
    expect(starts(bounded, '2026-01-01T00:00Z', '2026-02-01T00:00Z')).toHaveLength(2);
    expect(nextOccurrences(bounded, at('2026-01-12T00:00Z'), 5)).toEqual([]);
  });
});

describe('a window', () => {
  const once = plan({
    when: { kind: 'once', date: '2026-05-01', time: '22:00' },
    durationMinutes: 4 * 60,
    leadMinutes: 30,
  });
  const opensAt = at('2026-05-01T19:30Z');

  it('is on from its lead time to its end', () => {
    const window = { opensAt, start: opensAt + HOUR / 2, end: opensAt + 4.5 * HOUR };
    expect(occurrenceAt(once, opensAt - 1)).toBeNull();
    expect(occurrenceAt(once, opensAt)).toEqual(window);
    expect(occurrenceAt(once, window.end - 1)).toEqual(window);
    expect(occurrenceAt(once, window.end)).toBeNull();
  });

  it('comes next until it has begun', () => {
    expect(nextOccurrences(once, opensAt - DAY, 5)).toHaveLength(1);
    expect(nextOccurrences(once, opensAt, 5)).toEqual([]);
    expect(nextOccurrences(plan({}), opensAt, 3)).toHaveLength(3);
  });

  it.each([
    ['once', { kind: 'once', date: '2029-03-04', time: '02:30' }],
    ['weekly', { kind: 'weekly', days: [7], time: '02:30', from: '2029-03-01' }],
  ] as const)('comes next however many years ahead it lies: %s', (_name, when) => {
    const some = plan({ when: when.kind === 'once' ? when : { ...when, days: [...when.days] } });
    const [next] = nextOccurrences(some, at('2026-01-01T00:00Z'), 1);
    expect(next && iso(next.start)).toBe('2029-03-04T01:30:00.000Z');
  });

  it('of a week overlaps the next one, and the later counts', () => {
    const week = plan({
      durationMinutes: 7 * 24 * 60,
      when: { kind: 'weekly', days: [1, 4], time: '00:00' },
    });
    const now = at('2026-06-12T12:00Z');
    expect(occurrences(week, now, now + 1)).toHaveLength(2);
    expect(iso(occurrenceAt(week, now)!.start)).toBe('2026-06-10T22:00:00.000Z');
  });
});
