import { integerOf, integersOf, UsageError, type BenchOptions } from '../bench.js';
import { LOAD } from '../recovery/messages.js';

const OUTAGES = '1,2,3,6,12,20,40,120';
const MODES = ['errors', 'hang'] as const;
export type Mode = (typeof MODES)[number];
/** A warm dependency comes back with its cache, a cold one without. */
const DEPENDENCIES = ['warm', 'cold'] as const;
export type Temperature = (typeof DEPENDENCIES)[number];

/** What one run of the benchmark is to do. */
export interface Setting {
  readonly outagesS: readonly number[];
  readonly modes: readonly Mode[];
  readonly dependencies: readonly Temperature[];
  /** Of each arm; a multiple of the processes that they are spread over. */
  readonly instances: number;
  readonly watchMs: number;
  readonly timeline: boolean;
}

/** No retries: a failed call is a failed call. */
export const WARM_LOAD = { ...LOAD, callsPerSecond: 200, retries: 0 } as const;
/** With those that keep a cold dependency down. */
export const COLD_LOAD = LOAD;
/** Of each arm. */
export const PROCESSES = 2;

export const SETTINGS = {
  outages: `lengths of the outages in seconds (${OUTAGES})`,
  modes: `how the dependency is dead (${MODES.join(',')})`,
  dependencies: `whether it comes back with its cache (${DEPENDENCIES.join(',')})`,
  instances: 'instances in the fleet of each arm, in two processes (20)',
  watch: 'seconds after an outage for which it is watched at most (40)',
  timeline: '1: also what became of the calls of each second (0)',
} as const;

/** @throws UsageError */
export function settingOf(options: BenchOptions): Setting {
  const instances = integerOf(options, 'instances', 20, PROCESSES, 100);
  return {
    outagesS: integersOf(options, 'outages', OUTAGES, 1, 600),
    modes: someOf(options, 'modes', MODES),
    dependencies: someOf(options, 'dependencies', DEPENDENCIES),
    instances: Math.ceil(instances / PROCESSES) * PROCESSES,
    watchMs: 1_000 * integerOf(options, 'watch', 40, 10, 600),
    timeline: integerOf(options, 'timeline', 0, 0, 1) === 1,
  };
}

function someOf<T extends string>(
  { values }: BenchOptions,
  option: string,
  known: readonly T[],
): T[] {
  const given = values[option]?.split(',') ?? known;
  return given.map((name) => {
    const found = known.find((one) => one === name);
    if (found !== undefined) return found;
    throw new UsageError(`--${option} takes some of ${known.join(', ')}.`);
  });
}
