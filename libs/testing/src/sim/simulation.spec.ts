import { describe, expect, it } from 'vitest';
import { planParts } from './scenario.js';
import { simulate } from './simulation.js';
import type { World } from './world.js';

const PATIENCE_MS = 900_000;

describe('the simulated fleet', () => {
  it(
    'keeps every invariant',
    async () => {
      for (let seed = 1; seed <= 8; seed += 1) {
        const { violations } = await simulate({ seed, instances: 8 });
        expect({ seed, violations }).toEqual({ seed, violations: [] });
      }
    },
    PATIENCE_MS,
  );

  it(
    'opens a bad node or a bad zone alone, and nothing for a blip',
    async () => {
      for (let seed = 1; seed <= 4; seed += 1) {
        const options = { seed, instances: 12, plan: planParts, recoveryMs: 90_000 };
        const { trips, partTrips, violations } = await simulate(options);
        expect({ seed, trips, violations }).toEqual({ seed, trips: 0, violations: [] });
        expect(partTrips).toBeGreaterThan(0);
      }
    },
    PATIENCE_MS,
  );

  it(
    'lets everybody back within 15 s of the return of a dependency that was away for three',
    async () => {
      for (const kind of ['errors', 'hang'] as const) {
        for (let seed = 1; seed <= 2; seed += 1) {
          const plan = ({ scheduler, dependency }: World): void => {
            scheduler.after(8_000, () => {
              dependency.health = { kind };
            });
          };
          // The healing at the end of the trouble is the return.
          const options = { seed, instances: 8, troubleMs: 11_000, recoveryMs: 40_000, plan };
          const { trips, recoveredMs, violations } = await simulate(options);
          expect({ kind, seed, trips, violations }).toEqual({
            kind,
            seed,
            trips: 1,
            violations: [],
          });
          expect(recoveredMs).not.toBeNull();
          expect(recoveredMs).toBeLessThan(15_000);
        }
      }
    },
    PATIENCE_MS,
  );

  it(
    'replays a seed exactly',
    async () => {
      const options = { seed: 11, instances: 6, troubleMs: 30_000, recoveryMs: 60_000 };
      const [one, two] = [await simulate(options), await simulate(options)];
      expect(two.digest).toBe(one.digest);
      expect((await simulate({ ...options, seed: 12 })).digest).not.toBe(one.digest);
    },
    PATIENCE_MS,
  );
});
