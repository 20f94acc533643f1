import { outcomeOfError } from '../signals/outcome.js';
import { type CallBatch } from '../signals/call-batch.js';

/** A call that was let through. End it once; what comes after is ignored. */
export interface Permit {
  /** The call succeeded, after `latencyMs` where it is known better than by the time since `acquire`. */
  success(latencyMs?: number): void;
  /**
   * The answer has begun, with its headers or its first item: that is the call's latency, and it can no longer stall. It
   * ends as ever.
   */
  begun(latencyMs?: number): void;
  /** The call failed. `error` is classified as `protect` would. */
  failure(error?: unknown, latencyMs?: number): void;
  /** The call told nothing about the dependency. */
  cancel(): void;
}

export class CallPermit implements Permit {
  readonly #batch: CallBatch;
  readonly #clock: () => number;
  readonly #took: (ms: number) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #startedAt: number;
  /** Once the answer has begun. */
  #latencyMs: number | null = null;
  #ended = false;

  constructor(
    batch: CallBatch,
    clock: () => number,
    took: (ms: number) => void,
    signal: AbortSignal | undefined,
  ) {
    this.#signal = signal;
    this.#batch = batch;
    this.#clock = clock;
    this.#took = took;
    this.#startedAt = clock();
    batch.inFlight += 1;
  }

  success(latencyMs?: number): void {
    if (!this.#end()) return;
    const tookMs = this.#measure(latencyMs);
    this.#batch.count('success', tookMs);
    this.#batch.heed(undefined, 'success', tookMs);
  }

  begun(latencyMs?: number): void {
    if (this.#ended || this.#latencyMs !== null) return;
    this.#latencyMs = this.#measure(latencyMs);
    this.#batch.leave();
  }

  failure(error?: unknown, latencyMs?: number): void {
    if (!this.#end()) return;
    const { isFailure } = this.#batch.callOptions;
    const asked = error === undefined ? undefined : isFailure;
    const outcome = outcomeOfError(error, asked, this.#signal);
    const tookMs = this.#measure(latencyMs);
    this.#batch.count(outcome, tookMs);
    this.#batch.heed(error, outcome, tookMs);
  }

  cancel(): void {
    if (!this.#end()) return;
    this.#batch.count('cancelled', null);
    this.#batch.heed(undefined, 'cancelled');
  }

  #end(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.#batch.inFlight -= 1;
    return true;
  }

  #measure(latencyMs: number | undefined): number {
    if (this.#latencyMs !== null) return this.#latencyMs;
    const given = typeof latencyMs === 'number' && latencyMs >= 0;
    const took = given ? latencyMs : this.#clock() - this.#startedAt;
    this.#took(took);
    return took;
  }
}
