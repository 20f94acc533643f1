import { type BreakerView, quotas } from '@recloser/core';
import { quotaText } from '../sync/wire.js';

/** Demand is measured over 10 s; telling it more often would say nothing new. */
const EVERY_MS = 2_000;
/** A quota outlives two tellings that get lost. */
const TTL_MS = 5_000;

export interface QuotaPorts {
  /** Connected instances that wanted a call of a breaker lately, with how many. */
  demands(breaker: string): readonly (readonly [instanceId: string, calls: number])[];
  /** Of this hub, and of all. */
  fleet(): { readonly connected: number; readonly size: number };
  send(instanceId: string, text: string): void;
  /** Ms of a clock that does not jump. */
  now(): number;
}

/**
 * Splits the rate limits of ramping breakers over the instances of this hub that have demand. Other hubs do so for
 * theirs: each has the share of the limit that it has of the fleet's instances.
 */
export class QuotaDesk {
  readonly #ports: QuotaPorts;
  readonly #limits = new Map<string, number>();
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(ports: QuotaPorts) {
    this.#ports = ports;
  }

  /** Notes a breaker's present state; a limit that is new is told at once. */
  observe(key: string, view: BreakerView | undefined): void {
    const limit = view?.state === 'ramping' ? view.maxRps : undefined;
    if (limit === undefined) {
      this.#limits.delete(key);
      return;
    }
    const isNew = this.#limits.get(key) !== limit;
    this.#limits.set(key, limit);
    if (isNew) this.#tell(key, limit);
  }

  /** Tells quotas anew when it is due. */
  run(): void {
    const now = this.#ports.now();
    if (this.#limits.size === 0 || now - this.#toldAt < EVERY_MS) return;
    this.#toldAt = now;
    for (const [key, limit] of this.#limits) this.#tell(key, limit);
  }

  #tell(breaker: string, limit: number): void {
    const demands = this.#ports.demands(breaker);
    const calls = demands.map(([, wanted]) => wanted);
    const shares = quotas(limit, this.#ports.fleet(), calls);
    for (const [index, [instanceId]] of demands.entries()) {
      const rps = Number((shares[index] ?? 0).toFixed(3));
      this.#ports.send(instanceId, quotaText({ b: breaker, rps, ttlMs: TTL_MS }));
    }
  }
}
