import { EMPTY_COUNTS, type Counts } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { rollupsOf } from './rollups.js';

const second = (at: number, counts: Partial<Counts>, breaker = 'stripe') => ({
  breaker,
  second: at,
  counts: { ...EMPTY_COUNTS, ...counts },
});

describe('rollupsOf', () => {
  it('sums a span without failures into one row', async () => {
    expect(
      await rollupsOf([second(100, { ok: 3 }), second(109, { ok: 4, rejected: 1 })], []),
    ).toEqual([
      {
        breaker: 'stripe',
        at: 100_000,
        widthS: 10,
        counts: { ...EMPTY_COUNTS, ok: 7, rejected: 1 },
        latency: [],
      },
    ]);
  });

  it('keeps each second of a span in which a call failed', async () => {
    const rows = await rollupsOf(
      [second(100, { ok: 3 }), second(104, { failures: 1 }), second(110, { ok: 2 })],
      [],
    );
    expect(rows.map(({ at, widthS }) => [at, widthS])).toEqual([
      [100_000, 1],
      [104_000, 1],
      [110_000, 10],
    ]);
  });

  it('keeps breakers apart and makes no rows of nothing', async () => {
    expect(await rollupsOf([], [])).toEqual([]);
    const rows = await rollupsOf(
      [second(100, { failures: 1 }), second(100, { ok: 1 }, 'paypal')],
      [],
    );
    expect(rows.map(({ breaker, widthS }) => [breaker, widthS])).toEqual([
      ['stripe', 1],
      ['paypal', 10],
    ]);
  });

  it('merges latencies as it sums counts, and leaves out those of no calls', async () => {
    const told = (at: number, bins: number[], breaker = 'stripe') => ({
      breaker,
      second: at,
      bins,
    });
    const latencies = [
      told(100, [90, 2]),
      told(109, [90, 1, 95, 4]),
      told(105, [1, 1]),
      told(110, [7, 1]),
      told(100, [200, 9], 'paypal'),
    ];
    const healthy = [second(100, { ok: 3 }), second(109, { ok: 4 })];
    expect((await rollupsOf(healthy, latencies)).map(({ latency }) => latency)).toEqual([
      [90, 3, 95, 4],
    ]);
    const failing = [...healthy, second(110, { failures: 1 }), second(111, { ok: 1 })];
    expect((await rollupsOf(failing, latencies)).map(({ at, latency }) => [at, latency])).toEqual([
      [100_000, [90, 3, 95, 4]],
      [110_000, [7, 1]],
      [111_000, []],
    ]);
  });
});
