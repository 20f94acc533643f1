import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../policy/policy.js';
import { coolDownFor } from './state.js';

describe('cool-down', () => {
  it('doubles with each relapse, is a hundredth of the outage, and has a cap that only jitter passes', () => {
    const relapses = fc.nat(100);
    const outage = fc.nat(1_000_000);
    const random = fc.double({ min: 0, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(relapses, outage, random, (count, outageMs, share) => {
        const at = (times: number, jitter: number) =>
          coolDownFor(DEFAULT_POLICY, { relapses: times, outageStartedAt: 0 }, outageMs, jitter);
        const plain = at(count, 0);
        const base = Math.max(1_000 * 2 ** Math.min(count, 30), outageMs / 100);
        expect(plain).toBe(Math.round(Math.min(3_000, base)));
        expect(at(count, share)).toBeGreaterThanOrEqual(plain);
        expect(at(count, share)).toBeLessThanOrEqual(Math.ceil(plain * 1.1));
        expect(at(count + 1, 0)).toBeGreaterThanOrEqual(plain);
      }),
    );
  });
});
