import { describe, expect, it } from 'vitest';
import type { SimulationResult } from '../simulation.js';
import type { Tamper } from '../world.js';
import { simulateManyFailures } from './many-failures.js';
import { simulateOverload } from './overload.js';

const PATIENCE_MS = 170_000;
const found = ({ violations }: SimulationResult) => [
  ...new Set(violations.map(({ invariant }) => invariant)),
];
const OVERLOAD = {
  instances: 5,
  callsPerSecond: 100,
  accepted: 0.4,
  lastsMs: 30_000,
  retryAfterS: 10,
  k: 1.5,
};

describe('a fleet whose admission follows the load', () => {
  it(
    'keeps every invariant under drawn overloads, and moves',
    async () => {
      let moves = 0;
      for (let seed = 1; seed <= 4; seed += 1) {
        const { violations, changes } = await simulateOverload({ seed, instances: 12 });
        expect({ seed, violations }).toEqual({ seed, violations: [] });
        moves += changes;
      }
      // A dependency that accepts more than 1/K of the calls is left alone.
      expect(moves).toBeGreaterThan(20);
    },
    PATIENCE_MS,
  );

  it(
    'is found out when it closes the door, and when it lets the less important in first',
    async () => {
      const shut: Tamper['commit'] = (change) => {
        const { transition } = change;
        const { state } = transition;
        if (state.kind !== 'dimmed') return change;
        return { ...change, transition: { ...transition, state: { ...state, admission: 1 } } };
      };
      const closed = await simulateOverload({
        seed: 1,
        instances: 5,
        overload: OVERLOAD,
        tamper: { commit: shut },
      });
      expect(found(closed)).toContain('load never closes the door');
      const salted = await simulateOverload({
        seed: 1,
        instances: 5,
        overload: OVERLOAD,
        tamper: { frame: (text) => text.replaceAll(/"salt":"[^"]*"/g, '"salt":"another"') },
      });
      expect(found(salted)).toContain('more important calls come first');
    },
    PATIENCE_MS,
  );
});

describe('breakers that die at the same moment', () => {
  it(
    'wait for as long as the environment says when all do, and not at all when one does',
    async () => {
      for (const dying of ['all', 'one', 'one, and others partly'] as const) {
        const result = await simulateManyFailures({ seed: 5, instances: 8, dying });
        expect({ dying, violations: result.violations }).toEqual({ dying, violations: [] });
        expect(result.trips).toBeGreaterThanOrEqual(dying === 'all' ? 6 : 1);
      }
    },
    PATIENCE_MS,
  );

  it(
    'are found out when they never open',
    async () => {
      const deaf: Tamper['signals'] = (store) => {
        store.append = () => Promise.resolve();
      };
      const tamper = { signals: deaf };
      const all = await simulateManyFailures({ seed: 1, instances: 8, dying: 'all', tamper });
      expect(found(all)).toEqual(['openings wait no longer than asked']);
      const one = await simulateManyFailures({ seed: 1, instances: 8, dying: 'one', tamper });
      expect(found(one)).toEqual(['a lone outage does not wait']);
    },
    PATIENCE_MS,
  );
});
