import { integerOf, integersOf, type BenchOptions } from '../bench.js';

const FAILING = '100,75,70,60,50,45,30';

/** What one run of the benchmark is to do. Times in ms. */
export interface Setting {
  readonly instances: number;
  readonly callsPerSecond: number;
  /** Of the calls, in percent. */
  readonly failing: readonly number[];
  readonly repetitions: number;
  readonly warmUpMs: number;
  readonly limitMs: number;
  readonly blips: number;
  readonly idleMs: number;
}

export const SETTINGS = {
  failing: `shares of the calls that fail, in percent (${FAILING})`,
  repetitions: 'how often each share is measured; 0: only blips (5)',
  blips: 'how often each blip is measured; 0: none (3)',
  instances: 'instances in the fleet of each arm (20)',
  calls: 'calls per second of each fleet (200)',
  'warm-up': 'seconds of good calls before each measurement (10)',
  limit: 'seconds for which an opening is waited for (20)',
  idle: 'seconds for which an idle breaker was idle (35)',
} as const;

/** @throws UsageError */
export function settingOf(options: BenchOptions): Setting {
  return {
    instances: integerOf(options, 'instances', 20, 1, 200),
    callsPerSecond: integerOf(options, 'calls', 200, 1, 2_000),
    failing: integersOf(options, 'failing', FAILING, 1, 100),
    repetitions: integerOf(options, 'repetitions', 5, 0, 100),
    warmUpMs: 1_000 * integerOf(options, 'warm-up', 10, 1, 120),
    limitMs: 1_000 * integerOf(options, 'limit', 20, 1, 120),
    blips: integerOf(options, 'blips', 3, 0, 50),
    idleMs: 1_000 * integerOf(options, 'idle', 35, 1, 600),
  };
}
