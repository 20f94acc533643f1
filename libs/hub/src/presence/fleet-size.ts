import type { Millis } from '@recloser/core';

/** Fleets grow and shrink slowly, and what they need it for only asks for the order of magnitude. */
const EVERY_MS = 5_000;

export interface FleetSizePorts {
  now(): Millis;
  /** Over all hubs. */
  count(): Promise<number>;
  /** On this hub. */
  connected(): number;
  onError(error: unknown): void;
}

/** How many instances there are on all hubs, as last heard. SDKs that are cut off scale their probes by it. */
export class FleetSize {
  readonly #ports: FleetSizePorts;
  #counted = 0;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(ports: FleetSizePorts) {
    this.#ports = ports;
  }

  /** At least one: who is told is one of them. */
  get value(): number {
    return Math.max(1, this.#counted, this.#ports.connected());
  }

  /** Asks when it is due. */
  run(): void {
    const now = this.#ports.now();
    if (now - this.#askedAt < EVERY_MS || this.#ports.connected() === 0) return;
    this.#askedAt = now;
    this.#ports.count().then(
      (counted) => {
        this.#counted = counted;
      },
      (error: unknown) => this.#ports.onError(error),
    );
  }
}
