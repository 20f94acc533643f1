import { EMPTY_COUNTS, type Counts } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { rollupsOf } from './rollups.js';

const second = (at: number, counts: Partial<Counts>, breaker = 'stripe') => ({
  breaker,
  second: at,
  counts: { ...EMPTY_COUNTS, ...counts },
});

describe('rollupsOf', () => {
  it('sums a span without failures into one row', () => {
    expect(rollupsOf([second(100, { ok: 3 }), second(109, { ok: 4, rejected: 1 })])).toEqual([
      {
        breaker: 'stripe',
        at: 100_000,
        widthS: 10,
        counts: { ...EMPTY_COUNTS, ok: 7, rejected: 1 },
      },
    ]);
  });

  it('keeps each second of a span in which a call failed', () => {
    const rows = rollupsOf([
      second(100, { ok: 3 }),
      second(104, { failures: 1 }),
      second(110, { ok: 2 }),
    ]);
    expect(rows.map(({ at, widthS }) => [at, widthS])).toEqual([
      [100_000, 1],
      [104_000, 1],
      [110_000, 10],
    ]);
  });

  it('keeps breakers apart and makes no rows of nothing', () => {
    expect(rollupsOf([])).toEqual([]);
    const rows = rollupsOf([second(100, { failures: 1 }), second(100, { ok: 1 }, 'paypal')]);
    expect(rows.map(({ breaker, widthS }) => [breaker, widthS])).toEqual([
      ['stripe', 1],
      ['paypal', 10],
    ]);
  });
});
