import { type MakeTripRule, type TripRule } from '../../breaker/trip-rule.js';
import { type Checks, checkOptions, number } from '../../options/option-checks.js';

export interface CountWindowOptions {
  /** How many of the last calls count. */
  readonly calls: number;
  /** Share of them that opens the breaker if it fails, above 0 to 1. */
  readonly failureRate: number;
  /** How many calls it takes before the rate counts. Default: `calls`. */
  readonly minCalls?: number;
}

const COUNT = number(1, 1_000_000, true);
const CHECKS: Checks<CountWindowOptions> = {
  calls: COUNT,
  failureRate: number(0.0001, 1),
  minCalls: COUNT,
};

/**
 * Opens when a share of the last calls has failed, however long they took.
 * @throws RecloserOptionError
 */
export function countWindow(options: CountWindowOptions): MakeTripRule {
  checkOptions('countWindow', options, CHECKS, ['calls', 'failureRate']);
  const { calls, failureRate } = options;
  const minCalls = Math.min(calls, options.minCalls ?? calls);
  return () => new CountWindow(calls, failureRate, minCalls);
}

class CountWindow implements TripRule {
  calls = 0;
  failures = 0;
  readonly #failed: Uint8Array;
  readonly #failureRate: number;
  readonly #minCalls: number;
  /** Where the next call is kept; when all places are taken, that of the oldest. */
  #next = 0;

  constructor(calls: number, failureRate: number, minCalls: number) {
    this.#failed = new Uint8Array(calls);
    this.#failureRate = failureRate;
    this.#minCalls = minCalls;
  }

  record(failed: boolean): boolean {
    const size = this.#failed.length;
    const oldest = this.calls === size ? (this.#failed[this.#next] ?? 0) : 0;
    this.failures += Number(failed) - oldest;
    this.calls = Math.min(size, this.calls + 1);
    this.#failed[this.#next] = Number(failed);
    this.#next = (this.#next + 1) % size;
    return failed && isReached(this, this.#failureRate, this.#minCalls);
  }

  reset(): void {
    this.calls = this.failures = this.#next = 0;
  }
}

/** Whether the counted calls are enough, and too many of them failed. */
export function isReached(
  { calls, failures }: Pick<TripRule, 'calls' | 'failures'>,
  failureRate: number,
  minCalls: number,
): boolean {
  return calls >= minCalls && failures >= failureRate * calls;
}
