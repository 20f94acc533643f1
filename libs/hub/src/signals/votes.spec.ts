import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Votes } from './votes.js';

const counted = (keys: readonly (readonly [reporting: number, failing: number])[]): number => {
  const votes = new Votes();
  keys.forEach(([reporting, failing], key) => {
    for (let i = 0; i < reporting; i += 1) votes.add(`k${key}`, i < failing);
  });
  return votes.failing();
};

describe('failing instances', () => {
  it.each([
    [[[7, 5]], 5],
    [
      [
        [5, 5],
        [7, 7],
      ],
      12,
    ],
    [
      [
        [5, 0],
        [7, 7],
      ],
      1,
    ],
    [
      [
        [5, 1],
        [7, 7],
      ],
      4,
    ],
    [
      [
        [1, 1],
        [1, 0],
      ],
      1,
    ],
    [
      [
        [100, 100],
        [2, 0],
      ],
      1,
    ],
    [
      [
        [100, 60],
        [2, 1],
      ],
      61,
    ],
    [[], 0],
  ] as const)('of keys %j count as %i', (keys, expected) => {
    expect(counted(keys)).toBe(expected);
  });

  it('of one key never make half of all, whatever it invents, while less than a sixth of the others fail', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 6, max: 200 }),
        fc.nat(2_000),
        fc.nat(10),
        (honest, invented, ill) => {
          const failing = Math.min(ill, Math.floor(honest / 6));
          const sum = counted([
            [honest, failing],
            [invented, invented],
          ]);
          expect(sum).toBeLessThan(Math.max(2, 0.5 * (honest + invented)));
        },
      ),
    );
  });

  it('are never more than there are, and all of them where every key has the same trouble', () => {
    const key = fc
      .tuple(fc.integer({ min: 1, max: 50 }), fc.nat(50))
      .map(([reporting, failing]) => [reporting, Math.min(reporting, failing)] as const);
    fc.assert(
      fc.property(fc.array(key, { maxLength: 6 }), (keys) => {
        expect(counted(keys)).toBeLessThanOrEqual(
          keys.reduce((sum, [, failing]) => sum + failing, 0),
        );
        const ill = keys.map(([reporting]) => [reporting, reporting] as const);
        expect(counted(ill)).toBe(ill.reduce((sum, [, failing]) => sum + failing, 0));
      }),
    );
  });
});
