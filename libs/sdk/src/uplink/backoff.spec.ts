import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askedDelay, reconnectDelay } from './backoff.js';

describe('waits', () => {
  it('stay within their bounds', () => {
    fc.assert(
      fc.property(
        fc.nat(100),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (failures, random) => {
          const wait = reconnectDelay(failures, random);
          const full = failures === 0 ? 1_000 : Math.min(30_000, 1_000 * 2 ** (failures - 1));
          expect(wait).toBeLessThanOrEqual(full);
          expect(wait).toBeGreaterThanOrEqual(failures === 0 ? 0 : full / 2);
          expect(askedDelay(5_000, random)).toBeGreaterThanOrEqual(5_000);
        },
      ),
    );
  });
});
