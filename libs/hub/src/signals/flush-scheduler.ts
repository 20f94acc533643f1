import type { SignalBatch } from '@recloser/protocol';
import type { HubTuning } from '../ports.js';

/** An append that has not answered for so long no longer holds up the next one. */
const STUCK_MS = 5_000;

export interface FlushPorts {
  readonly tuning: HubTuning;
  now(): number;
  /** Everything that came in since the last call, or null; also what could wait, when this is the last call. */
  take(last: boolean): SignalBatch | null;
  /** There is more than the last call took. */
  hasMore(): boolean;
  append(batch: SignalBatch): Promise<void>;
  /** After an append with failures in it. */
  wake(breakers: readonly string[]): void;
  lost(error: unknown): void;
}

/**
 * Decides when the accumulated signals leave: 25 ms after a failure came in at the latest, and at once when nothing
 * left lately; those of a breaker that ramps after 50 ms; else after 250 ms. One append at a time, so that later statistics are never overwritten by earlier ones.
 */
export class FlushScheduler {
  readonly #ports: FlushPorts;
  #urgent = new Set<string>();
  #ramping = false;
  #pendingSince: number | null = null;
  #lastAt = Number.NEGATIVE_INFINITY;
  #inFlightSince: number | null = null;
  #inFlight: Promise<void> = Promise.resolve();

  constructor(ports: FlushPorts) {
    this.#ports = ports;
  }

  /** Something is there to flush. */
  note(): void {
    this.#pendingSince ??= this.#ports.now();
  }

  /** A breaker fails. */
  noteUrgent(breaker: string): void {
    this.note();
    this.#urgent.add(breaker);
  }

  /** A breaker ramps: its step is judged by what came in. */
  noteRamping(): void {
    this.note();
    this.#ramping = true;
  }

  /** Flushes when it is due. */
  run(): void {
    if (this.#pendingSince === null) return;
    const at = this.#ports.now();
    if (at < this.#dueAt(this.#pendingSince)) return;
    if (this.#inFlightSince !== null && at - this.#inFlightSince < STUCK_MS) return;
    void this.#flush(at, false);
  }

  /** Flushes whatever is there, after what is under way. */
  async flush(): Promise<void> {
    await this.#inFlight;
    await this.#flush(this.#ports.now(), true);
  }

  #dueAt(pendingSince: number): number {
    const { drainMs, rampDrainMs, urgentDrainMs } = this.#ports.tuning;
    if (this.#urgent.size > 0) return this.#lastAt + urgentDrainMs;
    return pendingSince + (this.#ramping ? rampDrainMs : drainMs);
  }

  #flush(at: number, last: boolean): Promise<void> {
    const urgent = [...this.#urgent];
    this.#urgent = new Set();
    this.#ramping = false;
    this.#pendingSince = null;
    this.#lastAt = at;
    const batch = this.#ports.take(last);
    // The rest leaves as soon as this has arrived.
    if (this.#ports.hasMore()) this.#pendingSince = at - this.#ports.tuning.drainMs;
    if (batch === null) return Promise.resolve();
    this.#inFlightSince = at;
    const flight = this.#append(batch, urgent).then(() => {
      // A stuck append that ends late must not clear its successor's mark.
      if (this.#inFlight !== flight) return;
      this.#inFlightSince = null;
      this.run();
    });
    this.#inFlight = flight;
    return flight;
  }

  async #append(batch: SignalBatch, urgent: readonly string[]): Promise<void> {
    try {
      await this.#ports.append(batch);
      if (urgent.length > 0) this.#ports.wake(urgent);
    } catch (error) {
      this.#ports.lost(error);
    }
  }
}
