import { describe, expect, it } from 'vitest';
import { EPOCH_MS, simulate } from './simulation.js';
import type { World } from './world.js';

const PATIENCE_MS = 120_000;
const DIES_AT = 8_000;

/** What ends the evidence in mid-trip, and is healed with everything else. */
const LOSSES: Readonly<Record<string, (world: World) => void>> = {
  'the evaluators and their store': (world) => {
    for (const worker of world.workers) worker.kill();
    world.loseSignals();
  },
  'the API nodes': ({ apis }) => {
    for (const api of apis) api.kill();
  },
  'the way to the store, which is emptied': (world) => {
    const { network, apis, workers } = world;
    for (const { name } of [...apis, ...workers]) network.cut(name, 'signals');
    world.loseSignals();
  },
};

const BACK_AT = 49_000;

/** The fleet's openings, with times from the begin of the run. */
function openingsOf({ database }: World) {
  return database.log.flatMap(({ at, before, after: { state, last } }) =>
    before.state.kind === 'closed' && state.kind === 'open'
      ? [
          {
            at: at - EPOCH_MS,
            startedAt: state.outageStartedAt - EPOCH_MS,
            cause: last?.evidence.cause,
            summary: last?.evidence.summary,
          },
        ]
      : [],
  );
}

describe('a dependency that stays dead while nobody decides for the fleet', () => {
  it.each(Object.entries(LOSSES))(
    'is open for the fleet soon after the return of %s, as of when it failed or instances opened',
    async (_, lose) => {
      for (let seed = 1; seed <= 3; seed += 1) {
        const worlds: World[] = [];
        const plan = (world: World): void => {
          worlds.push(world);
          const { scheduler, dependency, network } = world;
          scheduler.after(DIES_AT, () => {
            dependency.health = { kind: 'errors' };
            lose(world);
          });
          // The control plane comes back, and the dependency stays dead for another 20 s.
          scheduler.after(BACK_AT, () => {
            network.healAll();
            for (const process of [...world.apis, ...world.workers]) process.start();
          });
        };
        const options = { seed, instances: 8, troubleMs: 70_000, recoveryMs: 90_000, plan };
        const { violations, recoveredMs } = await simulate(options);
        expect({ seed, violations }).toEqual({ seed, violations: [] });
        const [opening, ...more] = worlds.flatMap(openingsOf);
        expect({ seed, more }).toEqual({ seed, more: [] });
        expect(opening?.at).toBeLessThan(BACK_AT + 20_000);
        expect(opening?.startedAt).toBeLessThan(DIES_AT + 15_000);
        if (opening?.cause !== 'excess_failures') {
          expect(opening?.summary).toMatch(/^[2-8] of [2-8] instances had opened alone for/);
        }
        expect(recoveredMs).toBeLessThan(60_000);
      }
    },
    PATIENCE_MS,
  );
});
