import { describe, expect, it } from 'vitest';
import { brushed, moved, momentQuery, parseMoment, spanOf, stepOf, zoomed } from './chart-view';

const NOW = Date.UTC(2026, 2, 14, 2, 14, 7);
const MINUTE = 60_000;
const parse = (query: string) => parseMoment(new URLSearchParams(query));

describe('the address of a moment', () => {
  it.each(['', '?range=24h', `?from=${NOW - MINUTE}&to=${NOW}`])('%s survives', (query) => {
    expect(momentQuery(parse(query))).toBe(query);
  });

  it('shows a quarter of an hour on both sides of a moment that comes alone', () => {
    const { view, at } = parse('at=2026-03-14T02:14:07.000Z');
    expect(at).toBe(NOW);
    expect(view).toEqual({ kind: 'fixed', from: NOW - 15 * MINUTE, to: NOW + 15 * MINUTE });
  });

  it.each(['range=9y', 'from=5&to=1', 'from=x&to=y', 'at=yesterday', 'at=-5', 'from=1&to=2'])(
    'falls back to the present for %s',
    (query) => {
      expect(parse(query)).toEqual({ view: { kind: 'live', range: '5m' }, at: null });
    },
  );

  it('is never longer than what is kept', () => {
    const { from, to } = spanOf(parse(`from=1000&to=${NOW}`).view, NOW);
    expect(to - from).toBe(30 * 86_400_000);
  });
});

describe('moving in time', () => {
  const hour = brushed(NOW - 60 * MINUTE, NOW);

  it('takes a brush in either direction', () => {
    expect(brushed(NOW, NOW - 60 * MINUTE)).toEqual(hour);
    expect(spanOf(brushed(NOW, NOW + 1), NOW)).toMatchObject({ from: NOW - 4_999.5 });
  });

  it('zooms around the middle, and not into the future', () => {
    expect(zoomed(hour, 0.5, NOW)).toEqual({
      kind: 'fixed',
      from: NOW - 45 * MINUTE,
      to: NOW - 15 * MINUTE,
    });
    expect(zoomed(hour, 2, NOW)).toEqual({ kind: 'fixed', from: NOW - 120 * MINUTE, to: NOW });
  });

  it('moves by half a view', () => {
    expect(moved(hour, -1, NOW)).toMatchObject({ to: NOW - 30 * MINUTE });
    expect(moved(hour, 1, NOW)).toEqual(hour);
  });

  it('takes the finest step of at most 400 points', () => {
    for (const length of [5 * MINUTE, 60 * MINUTE, 1_440 * MINUTE, 7 * 1_440 * MINUTE]) {
      const span = { from: 0, to: length };
      expect(length / (stepOf(span) * 1_000)).toBeLessThanOrEqual(400);
    }
    expect(stepOf({ from: 0, to: 5 * MINUTE })).toBe(1);
    expect(stepOf({ from: 0, to: 30 * 1_440 * MINUTE })).toBe(3_600);
  });
});
