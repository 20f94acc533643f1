import {
  type BreakerView,
  viewForInstance,
  type InstanceLocation,
  quotas,
  type Partition,
  partitionName,
} from '@recloser/core';
import { serializeQuota } from '../replication/serialize.js';

/** Demand is measured over 10 s; telling it more often would say nothing new. */
const EVERY_MS = 2_000;
/** A quota outlives two tellings that get lost. */
const TTL_MS = 5_000;

/** How many of some instances are connected to this hub, and how many there are on all. */
export interface Share {
  readonly connected: number;
  readonly size: number;
}

export interface QuotaPorts {
  /** Connected instances that wanted a call of a breaker lately, with how many. */
  demands(breaker: string): readonly (readonly [instanceId: string, calls: number])[];
  /** Where a connected instance is. */
  locate(instanceId: string): InstanceLocation;
  fleet(): Share;
  /** Instances of this part of the fleet that are connected here. */
  members(part: Partition): number;
  send(instanceId: string, text: string): void;
  /** Ms of a clock that does not jump. */
  now(): number;
}

/** Instances that share one limit: those of the fleet, or of a part that ramps alone. */
interface QuotaGroup {
  readonly limit: number;
  readonly share: Share;
  readonly demands: (readonly [instanceId: string, calls: number])[];
}

/**
 * Splits the rate limits of ramping breakers over the instances of this hub that have demand. Each hub gets the share
 * of the limit that it has of the fleet's instances.
 */
export class QuotaAllocator {
  readonly #ports: QuotaPorts;
  /** Those with a limit. */
  readonly #views = new Map<string, BreakerView>();
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(ports: QuotaPorts) {
    this.#ports = ports;
  }

  /** Notes a breaker's present state; a limit that is new is told at once. */
  observe(key: string, view: BreakerView | undefined): void {
    const limits = limitsOf(view);
    if (view === undefined || limits === '') {
      this.#views.delete(key);
      return;
    }
    const isNew = limitsOf(this.#views.get(key)) !== limits;
    this.#views.set(key, view);
    if (isNew) this.#send(view);
  }

  /** Tells quotas anew when it is due. */
  run(): void {
    const now = this.#ports.now();
    if (this.#views.size === 0 || now - this.#toldAt < EVERY_MS) return;
    this.#toldAt = now;
    for (const view of this.#views.values()) this.#send(view);
  }

  #send(view: BreakerView): void {
    for (const { limit, share, demands } of this.#groups(view)) {
      const calls = demands.map(([, wanted]) => wanted);
      const shares = quotas(limit, share, calls);
      for (const [index, [instanceId]] of demands.entries()) {
        const rps = Number((shares[index] ?? 0).toFixed(3));
        this.#ports.send(instanceId, serializeQuota({ b: view.key, rps, ttlMs: TTL_MS }));
      }
    }
  }

  #groups(view: BreakerView): Iterable<QuotaGroup> {
    const groups = new Map<string, QuotaGroup>();
    for (const demand of this.#ports.demands(view.key)) {
      const own = viewForInstance(view, this.#ports.locate(demand[0]));
      if (own.state !== 'ramping' || own.maxRps === undefined) continue;
      // While the fleet ramps, its limit is for all that it lets in.
      const part = view.maxRps === undefined ? own.scope : undefined;
      const name = part === undefined ? '' : partitionName(part);
      const group = groups.get(name) ?? {
        limit: own.maxRps,
        share: this.#shareOf(part),
        demands: [],
      };
      group.demands.push(demand);
      groups.set(name, group);
    }
    return groups.values();
  }

  /** A part is taken to be spread over the hubs as the fleet is; one instance is here. */
  #shareOf(part: Partition | undefined): Share {
    const fleet = this.#ports.fleet();
    if (part === undefined) return fleet;
    if (part.kind === 'instance') return { connected: 1, size: 1 };
    const connected = this.#ports.members(part);
    return { connected, size: (connected * fleet.size) / Math.max(1, fleet.connected) };
  }
}

/** What a view limits, and to how much; empty: nothing. */
function limitsOf(view: BreakerView | undefined): string {
  const fleet = view?.state === 'ramping' && view.maxRps !== undefined ? [`${view.maxRps}`] : [];
  const parts = (view?.scopes ?? [])
    .filter(({ state, maxRps }) => state === 'ramping' && maxRps !== undefined)
    .map((scope) => `${partitionName(scope)} ${scope.maxRps}`);
  return [...fleet, ...parts].join('\n');
}
