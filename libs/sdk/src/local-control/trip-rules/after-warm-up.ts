import { type MakeTripRule, type TripRule } from '../../breaker/trip-rule.js';
import { demand, number } from '../../options/option-checks.js';

/**
 * A rule that counts from the first call on, and opens nothing during the first `ms` after it: for a process whose first calls fail
 * while it warms up.
 * @throws RecloserOptionError
 */
export function afterWarmUp(ms: number, make: MakeTripRule): MakeTripRule {
  demand('ms', ms, number(0));
  return () => new AfterWarmUp(ms, make());
}

class AfterWarmUp implements TripRule {
  readonly #ms: number;
  readonly #rule: TripRule;
  #warmAt: number | null = null;

  constructor(ms: number, rule: TripRule) {
    this.#ms = ms;
    this.#rule = rule;
  }

  get calls(): number {
    return this.#rule.calls;
  }

  get failures(): number {
    return this.#rule.failures;
  }

  record(failed: boolean, now: number): boolean {
    this.#warmAt ??= now + this.#ms;
    return this.#rule.record(failed, now) && now >= this.#warmAt;
  }

  reset(): void {
    this.#rule.reset();
  }
}
