import { describe, expect, it } from 'vitest';
import { simulateScale } from './scale.js';

const PATIENCE_MS = 900_000;

describe('a fleet of light instances', () => {
  it(
    'goes through an outage step by step, and every instance ends with the last change',
    async () => {
      const result = await simulateScale({ seed: 3, instances: 150 });
      expect(result.behind).toBe(0);
      expect(result.openMs).toBeLessThan(3_000);
      expect(result.closeMs).toBeLessThan(30_000);
      const actions = result.convergence.map(({ action }) => action);
      expect(actions.filter((action) => action === 'transition.step_passed')).toHaveLength(4);
      for (const { last } of result.convergence) expect(last).toBeLessThan(2_000);
      expect(await simulateScale({ seed: 3, instances: 150 })).toEqual(result);
    },
    PATIENCE_MS,
  );

  it(
    'costs the stores as much when there are four times as many',
    async () => {
      const few = await simulateScale({ seed: 3, instances: 100, callsPerSecond: 4 });
      const many = await simulateScale({ seed: 3, instances: 400, callsPerSecond: 1 });
      expect(many.work.rows).toBeLessThan(1.5 * few.work.rows);
      expect(many.work.evaluations).toBeLessThan(1.5 * few.work.evaluations);
    },
    PATIENCE_MS,
  );
});
