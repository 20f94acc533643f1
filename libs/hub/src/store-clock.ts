import type { Millis } from '@recloser/core';

/** Evaluator heartbeat timeout, ms. After it leases are not renewed. */
const EVALUATOR_SILENCE_MS = 5_000;

/** What the clock asks: the store's time, and how long ago any evaluator beat for an environment, in ms; null: not within a minute. */
interface Asked {
  now(): Promise<Millis>;
  heartbeatAges(): Promise<(environmentId: string) => Millis | null>;
}

/**
 * The signal store's clock and the evaluators' heartbeat, known without asking each time. Both are asked every
 * second; in between the process's monotonic clock goes on.
 */
export class StoreClock {
  readonly #store: Asked;
  readonly #monotonic: () => number;
  #offset: number;
  #ages: (environmentId: string) => Millis | null = () => null;
  #askedAt = Number.NEGATIVE_INFINITY;

  /** `wall` is the first guess until the store has answered. */
  constructor(store: Asked, monotonic: () => number, wall: number) {
    this.#store = store;
    this.#monotonic = monotonic;
    this.#offset = wall - monotonic();
  }

  /** Monotonic ms, for durations. */
  now(): number {
    return this.#monotonic();
  }

  /** Ms since the epoch as the store has it. */
  storeNow(): number {
    return Math.round(this.#monotonic() + this.#offset);
  }

  /** Decisions are being made in an environment. */
  evaluatorAlive(environmentId: string): boolean {
    const age = this.#ages(environmentId);
    return age !== null && age + this.#monotonic() - this.#askedAt < EVALUATOR_SILENCE_MS;
  }

  /** Asks the store. Rejects when it does not answer: what was known stays. */
  async refresh(): Promise<void> {
    const before = this.#monotonic();
    const [storeNow, ages] = await Promise.all([this.#store.now(), this.#store.heartbeatAges()]);
    const after = this.#monotonic();
    // The answer was true at some moment in between: the middle is off by half the round trip at most.
    this.#offset = storeNow - (before + after) / 2;
    this.#ages = ages;
    this.#askedAt = before;
  }
}
