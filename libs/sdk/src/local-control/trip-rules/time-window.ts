import { type MakeTripRule, type TripRule } from '../../breaker/trip-rule.js';
import { type Checks, checkOptions, number } from '../../options/option-checks.js';
import { isReached } from './count-window.js';

export interface TimeWindowOptions {
  /** For how long a call counts. Calls are forgotten by slices of a tenth of it. */
  readonly windowMs: number;
  /** Share of the calls that opens the breaker if it fails, above 0 to 1. */
  readonly failureRate: number;
  /** How many calls it takes before the rate counts. Default: 1. */
  readonly minCalls?: number;
}

const CHECKS: Checks<TimeWindowOptions> = {
  windowMs: number(10, 86_400_000),
  failureRate: number(0.0001, 1),
  minCalls: number(1, undefined, true),
};
const SLICES = 10;

/**
 * Opens when a share of the calls of a time has failed.
 * @throws RecloserOptionError
 */
export function timeWindow(options: TimeWindowOptions): MakeTripRule {
  checkOptions('timeWindow', options, CHECKS, ['windowMs', 'failureRate']);
  const { windowMs, failureRate, minCalls = 1 } = options;
  return () => new TimeWindow(windowMs / SLICES, failureRate, minCalls);
}

interface Slice {
  /** Its absolute index. */
  readonly index: number;
  calls: number;
  failures: number;
}

class TimeWindow implements TripRule {
  calls = 0;
  failures = 0;
  /** Only those with calls, oldest first. */
  readonly #slices: Slice[] = [];
  readonly #sliceMs: number;
  readonly #failureRate: number;
  readonly #minCalls: number;

  constructor(sliceMs: number, failureRate: number, minCalls: number) {
    this.#sliceMs = sliceMs;
    this.#failureRate = failureRate;
    this.#minCalls = minCalls;
  }

  record(failed: boolean, now: number): boolean {
    const slice = this.#sliceAt(Math.floor(now / this.#sliceMs));
    slice.calls += 1;
    this.calls += 1;
    if (!failed) return false;
    slice.failures += 1;
    this.failures += 1;
    return isReached(this, this.#failureRate, this.#minCalls);
  }

  reset(): void {
    this.calls = this.failures = this.#slices.length = 0;
  }

  /** Forgets what lies before the window that ends with this slice. */
  #sliceAt(index: number): Slice {
    const last = this.#slices.at(-1);
    // A call that stalled is counted as of its start.
    if (last !== undefined && last.index >= index) return last;
    for (let first = this.#slices[0]; first !== undefined; first = this.#slices[0]) {
      if (first.index > index - SLICES) break;
      this.calls -= first.calls;
      this.failures -= first.failures;
      this.#slices.shift();
    }
    const slice = { index, calls: 0, failures: 0 };
    this.#slices.push(slice);
    return slice;
  }
}
