import type { Violation } from './invariants.js';
import { simulateManyFailures } from './plane/many-failures.js';
import { simulateOverload } from './plane/overload.js';
import { simulatePlane } from './plane/simulate-plane.js';
import { runOrders } from './pool.js';
import { planParts, planRamps } from './scenario.js';
import { simulate, type SimulationResult } from './simulation.js';

/**
 * Everything that may go wrong; only parts of the fleet and blips; ramps with limits, checks and windows; or one trouble of
 * any severity, shape and traffic.
 */
export type SeedPlan = 'faults' | 'parts' | 'ramps' | 'plane';

export interface SeedRange {
  readonly first: number;
  readonly seeds: number;
  readonly instances: number;
  readonly plan: SeedPlan;
  /** No instance has a socket. */
  readonly polling: boolean;
  /** Threads that take turns with the seeds. */
  readonly jobs: number;
}

/** What a thread is told. */
export interface SeedOrder {
  readonly seed: number;
  readonly instances: number;
  readonly plan: SeedPlan;
  /** No instance has a socket. */
  readonly polling: boolean;
}

/** Runs one seed as it was ordered. */
export async function simulateOrder(order: SeedOrder): Promise<SimulationResult> {
  const { plan, ...options } = order;
  if (plan === 'plane') {
    // Three of four seeds draw failures of one breaker.
    if (options.seed % 8 === 3) return simulateOverload(options);
    if (options.seed % 8 === 7) return simulateManyFailures(options);
    return simulatePlane(options);
  }
  if (plan === 'faults') return simulate(options);
  if (plan === 'ramps') return simulate({ ...options, plan: planRamps });
  const result = await simulate({ ...options, plan: planParts });
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
  { first, seeds, jobs, ...order }: SeedRange,
  onResult: (result: SimulationResult) => void,
): Promise<void> {
  let next = first;
  const end = first + seeds;
  const take = (): number | null => (next < end ? next++ : null);
  if (jobs <= 1) {
    for (let seed = take(); seed !== null; seed = take()) {
      onResult(await simulateOrder({ ...order, seed }));
    }
    return;
  }
  await runOrders(
    new URL('./seed-thread.js', import.meta.url),
    () => {
      const seed = take();
      return seed === null ? null : ({ ...order, seed } satisfies SeedOrder);
    },
    Math.min(jobs, seeds),
    (result) => {
      onResult(result as SimulationResult);
    },
  );
}
