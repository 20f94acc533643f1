import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evenQuota, quotas } from './quota.js';

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

describe('quotas', () => {
  it('follow demand, with something left for who was idle', () => {
    expect(quotas(100, { connected: 4, size: 4 }, [300, 100])).toEqual([62.5, 25]);
    expect(evenQuota(100, 4)).toBe(6.25);
    expect(quotas(100, { connected: 4, size: 4 }, [0, 0])).toEqual([6.25, 6.25]);
  });

  it('of all hubs together never go above the limit', () => {
    const hub = fc.record({
      demands: fc.array(fc.nat(1_000), { maxLength: 20 }),
      idle: fc.nat(20),
    });
    fc.assert(
      fc.property(
        fc.array(hub, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 10_000 }),
        (hubs, maxRps) => {
          const connectedTo = ({ demands, idle }: (typeof hubs)[number]) => demands.length + idle;
          const size = sum(hubs.map(connectedTo));
          const told = hubs.flatMap((one) => {
            const told = quotas(maxRps, { connected: connectedTo(one), size }, one.demands);
            return [...told, ...Array.from({ length: one.idle }, () => evenQuota(maxRps, size))];
          });
          expect(sum(told)).toBeLessThanOrEqual(maxRps * (1 + 1e-9));
        },
      ),
    );
  });

  it('take a fleet for no smaller than what is connected here', () => {
    expect(sum(quotas(100, { connected: 8, size: 2 }, [1, 1, 1, 1, 1, 1, 1, 1]))).toBeCloseTo(100);
  });
});
