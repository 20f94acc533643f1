import { describe, expect, it } from 'vitest';
import { planRamps } from './scenario.js';
import { simulate, type SimulationResult } from './simulation.js';
import type { Tamper } from './world.js';

const PATIENCE_MS = 900_000;
const ramps = (seed: number, tamper: Tamper = {}): Promise<SimulationResult> =>
  simulate({ seed, instances: 8, troubleMs: 45_000, plan: planRamps, tamper });
const found = ({ violations }: SimulationResult) => [
  ...new Set(violations.map(({ invariant }) => invariant)),
];

describe('ramps with a rate limit, checks and windows', () => {
  it(
    'keep every invariant',
    async () => {
      for (let seed = 1; seed <= 4; seed += 1) {
        const result = await ramps(seed);
        expect({ seed, violations: result.violations }).toEqual({ seed, violations: [] });
        expect(result.changes).toBeGreaterThan(10);
      }
    },
    PATIENCE_MS,
  );
});

describe('damage to', () => {
  it(
    'the limit on its way to the instances is found',
    async () => {
      const frame = (text: string): string => text.replaceAll(/"maxRps":40,/g, '');
      expect(found(await ramps(1, { frame }))).toContain('a rate limit is kept');
    },
    PATIENCE_MS,
  );

  it(
    'the answers of checks is found',
    async () => {
      // One check fails, and three are said to have passed.
      const signals: Tamper['signals'] = (store) => {
        const record = store.recordProbe.bind(store);
        store.recordProbe = async (claim) => {
          const { version, round } = claim;
          for (let i = 0; i < 3; i += 1)
            await record(claim, `${version}.${round}.${i}`, { ok: true });
        };
      };
      expect(found(await ramps(2, { signals }))).toContain('a failing check keeps it shut');
    },
    PATIENCE_MS,
  );

  it(
    'the end of a window is found',
    async () => {
      const commit: Tamper['commit'] = (change) => {
        const { state, control } = change.transition;
        if (change.action !== 'schedule.apply') return change;
        const sooner = (until: number | null | undefined) => (until ?? 0) - 2_500;
        const damaged =
          state.kind === 'dimmed'
            ? { state: { ...state, until: sooner(state.until) }, control }
            : {
                state,
                control: {
                  mode: 'held',
                  until: sooner('until' in control ? control.until : 0),
                } as const,
              };
        return {
          ...change,
          dueAt: change.dueAt === null ? null : change.dueAt - 2_500,
          transition: { ...change.transition, ...damaged },
        };
      };
      expect(found(await ramps(2, { commit }))).toContain('a window lasts');
    },
    PATIENCE_MS,
  );
});
