import { type MakeTripRule, type TripRule } from '../../breaker/trip-rule.js';
import { demand, number } from '../../options/option-checks.js';

/**
 * Opens after this many failures in a row, however long they take.
 * @throws RecloserOptionError
 */
export function consecutive(failures: number): MakeTripRule {
  demand('failures', failures, number(1, undefined, true));
  return () => new Consecutive(failures);
}

class Consecutive implements TripRule {
  readonly #limit: number;
  failures = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get calls(): number {
    return this.failures;
  }

  record(failed: boolean): boolean {
    this.failures = failed ? this.failures + 1 : 0;
    return this.failures >= this.#limit;
  }

  reset(): void {
    this.failures = 0;
  }
}
