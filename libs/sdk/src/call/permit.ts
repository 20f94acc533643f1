import { outcomeOfError } from '../counting/outcome.js';
import { type Wave } from '../counting/wave.js';

/** A call that was let through. End it once; what comes after is ignored. */
export interface Permit {
  /** The call succeeded, after `latencyMs` where it is known better than by the time since `acquire`. */
  success(latencyMs?: number): void;
  /** The call failed. `error` is classified as `protect` would. */
  failure(error?: unknown, latencyMs?: number): void;
  /** The call told nothing about the dependency. */
  cancel(): void;
}

export class CallPermit implements Permit {
  readonly #wave: Wave;
  readonly #clock: () => number;
  readonly #took: (ms: number) => void;
  readonly #startedAt: number;
  #ended = false;

  constructor(wave: Wave, clock: () => number, took: (ms: number) => void) {
    this.#wave = wave;
    this.#clock = clock;
    this.#took = took;
    this.#startedAt = clock();
    wave.inFlight += 1;
  }

  success(latencyMs?: number): void {
    if (!this.#end()) return;
    this.#wave.count('success', this.#measure(latencyMs));
  }

  failure(error?: unknown, latencyMs?: number): void {
    if (!this.#end()) return;
    const outcome =
      error === undefined ? 'failure' : outcomeOfError(error, this.#wave.traits.isFailure);
    this.#wave.count(outcome, this.#measure(latencyMs));
  }

  cancel(): void {
    if (this.#end()) this.#wave.count('cancelled', null);
  }

  #end(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.#wave.inFlight -= 1;
    return true;
  }

  #measure(latencyMs: number | undefined): number {
    const given = typeof latencyMs === 'number' && latencyMs >= 0;
    const took = given ? latencyMs : this.#clock() - this.#startedAt;
    this.#took(took);
    return took;
  }
}
