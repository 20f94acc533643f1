import { placeOf } from '../presence/place.js';
import type { FleetSize } from '../presence/fleet-size.js';
import type { Intake } from '../counting/intake.js';
import { PermitDesk } from './permits.js';
import type { HubClock, HubPorts, HubStats } from '../ports.js';
import { QuotaDesk } from './quota-desk.js';
import type { Reach } from '../connections/reach.js';

export interface DeskParts {
  readonly environmentId: string;
  /** An instance may get a permit when it wanted a call within this. */
  readonly demandMs: number;
  readonly clock: HubClock;
  readonly ports: Pick<HubPorts, 'claimPermits' | 'random' | 'onError'>;
  readonly stats: HubStats;
  readonly intake: Intake;
  readonly reach: Reach;
  readonly fleet: FleetSize;
}

/** What hands things out to single instances: probe permits, and parts of a rate limit. */
export function makeDesks(parts: DeskParts): {
  readonly permits: PermitDesk;
  readonly quotas: QuotaDesk;
} {
  return { permits: permitDesk(parts), quotas: quotaDesk(parts) };
}

function permitDesk({ environmentId, demandMs, clock, ports, stats, ...parts }: DeskParts) {
  const { intake, reach } = parts;
  return new PermitDesk(environmentId, {
    candidates: (breaker, version) =>
      intake
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

function quotaDesk({ clock, intake, reach, fleet }: DeskParts) {
  return new QuotaDesk({
    demands: (breaker) =>
      intake.demands(breaker, clock.storeNow()).filter(([id]) => reach.find(id) !== undefined),
    place: (instanceId) => {
      const instance = reach.find(instanceId)?.instance;
      return instance ? placeOf(instance) : {};
    },
    fleet: () => ({ connected: reach.all.length, size: fleet.value }),
    members: ({ kind, value }) =>
      reach.all.filter(({ instance }) => instance !== null && placeOf(instance)[kind] === value)
        .length,
    send: (instanceId, text) => reach.find(instanceId)?.send(text),
    now: () => clock.now(),
  });
}
