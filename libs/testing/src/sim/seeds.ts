import { Worker } from 'node:worker_threads';
import type { Violation } from './invariants.js';
import { planParts, planRamps } from './scenario.js';
import { simulate, type SimulationResult } from './simulation.js';

/** Everything that may go wrong; only parts of the fleet and blips; or ramps with limits, checks and windows. */
export type SeedPlan = 'faults' | 'parts' | 'ramps';

export interface SeedRange {
  readonly first: number;
  readonly seeds: number;
  readonly instances: number;
  readonly plan: SeedPlan;
  /** Threads that take turns with the seeds. */
  readonly jobs: number;
}

/** What a thread is told. */
export interface SeedOrder {
  readonly seed: number;
  readonly instances: number;
  readonly plan: SeedPlan;
}

/** Runs one seed as it was ordered. */
export async function simulateOrder(order: SeedOrder): Promise<SimulationResult> {
  const { seed, instances, plan } = order;
  if (plan === 'faults') return simulate({ seed, instances });
  if (plan === 'ramps') return simulate({ seed, instances, plan: planRamps });
  const result = await simulate({ seed, instances, plan: planParts });
  if (result.trips === 0) return result;
  const detail = `the fleet opened ${result.trips} times, and only parts of it and blips were bad`;
  const wide: Violation = { invariant: 'a part opens only itself', atMs: 0, detail };
  return { ...result, violations: [...result.violations, wide] };
}

/**
 * Runs each seed of a range once; `onResult` hears of them in any order. Seeds share nothing, so that a seed's run is the
 * same whichever thread it falls to.
 * @throws Error what a run has thrown
 */
export async function runSeeds(
  { first, seeds, instances, plan, jobs }: SeedRange,
  onResult: (result: SimulationResult) => void,
): Promise<void> {
  let next = first;
  const end = first + seeds;
  const take = (): number | null => (next < end ? next++ : null);
  if (jobs <= 1) {
    for (let seed = take(); seed !== null; seed = take()) {
      onResult(await simulateOrder({ seed, instances, plan }));
    }
    return;
  }
  const threads = Array.from({ length: Math.min(jobs, seeds) }, () =>
    runThread(take, { instances, plan }, onResult),
  );
  await Promise.all(threads);
}

async function runThread(
  take: () => number | null,
  kind: Omit<SeedOrder, 'seed'>,
  onResult: (result: SimulationResult) => void,
): Promise<void> {
  const worker = new Worker(new URL('./seed-thread.js', import.meta.url));
  try {
    await new Promise<void>((resolve, reject) => {
      const order = (): void => {
        const seed = take();
        if (seed === null) resolve();
        else worker.postMessage({ seed, ...kind } satisfies SeedOrder);
      };
      worker.on('message', (result: SimulationResult) => {
        onResult(result);
        order();
      });
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`A thread has ended with code ${code}.`)));
      order();
    });
  } finally {
    await worker.terminate();
  }
}
