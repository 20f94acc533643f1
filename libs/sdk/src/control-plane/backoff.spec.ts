import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askedDelay, reconnectDelay } from './backoff.js';

describe('waits', () => {
  it('reconnects wait within their bounds, and a large fleet spreads them over a longer time', () => {
    fc.assert(
      fc.property(
        fc.nat(100),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.integer({ min: 1, max: 100_000 }),
        (failures, random, fleet) => {
          const wait = reconnectDelay(failures, random, fleet);
          const spread = Math.min(5_000, Math.max(1_000, fleet / 2));
          const doubled = Math.min(30_000, 1_000 * 2 ** (failures - 1));
          const full = failures === 0 ? spread : Math.max(spread, doubled);
          expect(wait).toBeLessThanOrEqual(full);
          expect(wait).toBeGreaterThanOrEqual(failures === 0 ? 0 : full / 2);
          expect(askedDelay(5_000, random)).toBeGreaterThanOrEqual(5_000);
        },
      ),
    );
  });

  it('ten thousand instances that lose one server ask for about two thousand connections a second', () => {
    const random = (i: number) => i / 10_000;
    const delays = Array.from({ length: 10_000 }, (_, i) => reconnectDelay(0, random(i), 10_000));
    for (let second = 0; second < 5; second += 1) {
      const within = delays.filter((ms) => Math.floor(ms / 1_000) === second);
      expect(within).toHaveLength(2_000);
    }
  });
});
