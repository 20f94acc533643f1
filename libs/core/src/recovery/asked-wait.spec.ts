import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addWaits, askedWait, RETRY_AFTER_MAX_MS } from './asked-wait.js';

const NOW = 1_000_000;

describe('askedWait', () => {
  it.each([
    ['half of them', 20, [[NOW + 30_000, 10]], NOW + 30_000],
    ['fewer than half of them', 20, [[NOW + 30_000, 9]], null],
    [
      'one that lies, and half that do not',
      20,
      [
        [NOW + 3_000_000, 1],
        [NOW + 5_000, 11],
      ],
      NOW + 5_000,
    ],
    ['one of two', 2, [[NOW + 30_000, 1]], null],
    ['both of two', 2, [[NOW + 30_000, 2]], NOW + 30_000],
    ['the only one', 1, [[NOW + 30_000, 1]], NOW + 30_000],
    ['all, for a day', 4, [[NOW + 86_400_000, 4]], NOW + RETRY_AFTER_MAX_MS],
    ['all, until a moment ago', 4, [[NOW, 4]], null],
  ] as const)('of %s', (_, reporting, until, expected) => {
    expect(askedWait(0.5, { reporting, until }, NOW)?.until ?? null).toBe(expected);
  });

  it('is never later than what a quorum of honest instances asks for, whatever the others say', () => {
    const honest = fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 3, maxLength: 40 });
    const lies = fc.integer({ min: RETRY_AFTER_MAX_MS / 2, max: RETRY_AFTER_MAX_MS });
    fc.assert(
      fc.property(honest, lies, (waits, lie) => {
        const all = [...waits, lie].map((wait) => NOW + wait);
        const until = all.map((time): [number, number] => [
          time,
          all.filter((one) => one >= time).length,
        ]);
        const found = askedWait(0.5, { reporting: all.length, until }, NOW);
        expect(found?.until ?? 0).toBeLessThanOrEqual(NOW + Math.max(...waits));
      }),
    );
  });
});

describe('addWaits', () => {
  it('counts at each time the instances of all hubs that have to wait at least until then', () => {
    const one = {
      reporting: 10,
      until: [
        [50, 1],
        [20, 4],
      ],
    } as const;
    const other = { reporting: 5, until: [[30, 5]] } as const;
    const none = { reporting: 7, until: [] };
    expect(addWaits([one, other, none])).toEqual({
      reporting: 22,
      until: [
        [50, 1],
        [30, 6],
        [20, 9],
      ],
    });
  });
});
