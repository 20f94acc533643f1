import { DEFAULT_POLICY } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { Random } from '../random.js';
import { RateFleet } from './rate-fleet.js';
import { missedBy, ratesOf } from './rates.js';

const HOUR_MS = 3_600_000;

describe('the rule alone', () => {
  it.each([
    [1, 2],
    [1, 20],
    [5, 2],
    [5, 200],
    [20, 200],
    [100, 200],
  ])(
    'opens on nothing that it must not, in a fleet of %i with %i calls/s',
    (instances, calls) => {
      const order = { seed: 1, instances, callsPerSecond: calls, hours: 0.5, deaths: 0 };
      expect(missedBy(ratesOf(order))).toEqual([]);
    },
    900_000,
  );

  it('opens within the promised times at 200 calls/s over 20 instances', () => {
    const { opening } = ratesOf({
      seed: 2,
      instances: 20,
      callsPerSecond: 200,
      hours: 0,
      deaths: 40,
    });
    const most = { 0.45: 17, 0.5: 10, 0.6: 6, 0.7: 4.2, 0.75: 3.5, 1: 2 };
    for (const [share, seconds] of Object.entries(most)) {
      const own = opening.find(({ failing }) => failing === Number(share));
      expect(own?.p95Ms ?? Infinity, share).toBeLessThan(seconds * 1_000);
    }
  }, 900_000);

  it('gives the same for the same seed', () => {
    const order = { seed: 3, instances: 2, callsPerSecond: 20, hours: 0.1, deaths: 5 };
    expect(ratesOf(order)).toEqual(ratesOf(order));
  });

  it('finds a rule that tolerates too little', () => {
    const policy = { ...DEFAULT_POLICY, trip: { ...DEFAULT_POLICY.trip, toleratedRate: 0.15 } };
    const fleet = new RateFleet({
      instances: 5,
      callsPerSecond: 20,
      random: new Random(1),
      policy,
    });
    expect(fleet.run(HOUR_MS, () => 0.3)).not.toBeNull();
  });
});

describe('missedBy', () => {
  const result = {
    instances: 1,
    callsPerSecond: 20,
    blips: [{ of: 500, window: 'warm' as const, openings: 0, hours: 1 }],
    opening: [],
  };

  it('allows what is chance, and nothing where nothing is allowed', () => {
    const steady = (of: number, openings: number) => [{ of, openings, hours: 100 }];
    expect(missedBy({ ...result, steady: steady(0.2, 1) })).toHaveLength(1);
    expect(missedBy({ ...result, steady: steady(0.35, 5) })).toEqual([]);
    expect(missedBy({ ...result, steady: steady(0.35, 9) })).toHaveLength(1);
    const blips = [{ of: 500, window: 'new' as const, openings: 1, hours: 1 }];
    expect(missedBy({ ...result, steady: [], blips })).toHaveLength(1);
  });
});
