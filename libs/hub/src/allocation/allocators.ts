import { locationOf } from '../presence/location.js';
import type { FleetSize } from '../presence/fleet-size.js';
import type { SignalIngestor } from '../signals/signal-ingestor.js';
import { ProbePermitAllocator } from './probe-permit-allocator.js';
import type { HubClock, HubPorts, HubStats } from '../ports.js';
import { QuotaAllocator } from './quota-allocator.js';
import type { Reach } from '../connections/reach.js';

export interface AllocatorParts {
  readonly environmentId: string;
  /** An instance may get a permit when it wanted a call within this. */
  readonly demandMs: number;
  readonly clock: HubClock;
  readonly ports: Pick<HubPorts, 'claimPermits' | 'random' | 'onError'>;
  readonly stats: HubStats;
  readonly ingestor: SignalIngestor;
  readonly reach: Reach;
  readonly fleet: FleetSize;
}

/** Allocators of what single instances receive: probe permits and shares of a rate limit. */
export function makeAllocators(parts: AllocatorParts): {
  readonly permits: ProbePermitAllocator;
  readonly quotas: QuotaAllocator;
} {
  return { permits: permitAllocator(parts), quotas: quotaAllocator(parts) };
}

function permitAllocator({
  environmentId,
  demandMs,
  clock,
  ports,
  stats,
  ...parts
}: AllocatorParts) {
  const { ingestor, reach } = parts;
  return new ProbePermitAllocator(environmentId, {
    candidates: (breaker, version) =>
      ingestor
        .withDemand(breaker, version, clock.storeNow() - demandMs)
        .filter((id) => reach.forPermit(id, breaker) !== undefined),
    send: (instanceId, breaker, text) => {
      const sent = reach.forPermit(instanceId, breaker)?.send(text) ?? false;
      if (sent) stats.permits += 1;
      return sent;
    },
    claim: (claim, total, want) => ports.claimPermits(claim, total, want),
    now: () => clock.now(),
    random: () => ports.random(),
    onError: (what, error) => ports.onError(what, error),
  });
}

function quotaAllocator({ clock, ingestor, reach, fleet }: AllocatorParts) {
  return new QuotaAllocator({
    demands: (breaker) =>
      ingestor.demands(breaker, clock.storeNow()).filter(([id]) => reach.find(id) !== undefined),
    locate: (instanceId) => {
      const instance = reach.find(instanceId)?.instance;
      return instance ? locationOf(instance) : {};
    },
    fleet: () => ({ connected: reach.all.length, size: fleet.value }),
    members: ({ kind, value }) =>
      reach.all.filter(({ instance }) => instance !== null && locationOf(instance)[kind] === value)
        .length,
    send: (instanceId, text) => reach.find(instanceId)?.send(text),
    now: () => clock.now(),
  });
}
