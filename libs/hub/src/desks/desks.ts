import { placeOf } from '../presence/place.js';
import type { FleetSize } from '../presence/fleet-size.js';
import type { Intake } from '../counting/intake.js';
import { PermitDesk } from './permits.js';
import type { HubClock, HubPorts, HubStats } from '../ports.js';
import { QuotaDesk } from './quota-desk.js';
import type { Sessions } from '../connections/sessions.js';

export interface DeskParts {
  readonly environmentId: string;
  /** An instance may get a permit when it wanted a call within this. */
  readonly demandMs: number;
  readonly clock: HubClock;
  readonly ports: Pick<HubPorts, 'claimPermits' | 'random' | 'onError'>;
  readonly stats: HubStats;
  readonly intake: Intake;
  readonly sessions: Sessions;
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
  const { intake, sessions } = parts;
  return new PermitDesk(environmentId, {
    candidates: (breaker, version) =>
      intake
        .withDemand(breaker, version, clock.storeNow() - demandMs)
        .filter((id) => sessions.find(id)?.synced === true),
    send: (instanceId, text) => {
      const sent = sessions.find(instanceId)?.send(text) ?? false;
      if (sent) stats.permits += 1;
      return sent;
    },
    claim: (claim, total, want) => ports.claimPermits(claim, total, want),
    now: () => clock.now(),
    random: () => ports.random(),
    onError: (what, error) => ports.onError(what, error),
  });
}

function quotaDesk({ clock, intake, sessions, fleet }: DeskParts) {
  return new QuotaDesk({
    demands: (breaker) =>
      intake
        .demands(breaker, clock.storeNow())
        .filter(([id]) => sessions.find(id)?.synced === true),
    place: (instanceId) => {
      const instance = sessions.find(instanceId)?.instance;
      return instance ? placeOf(instance) : {};
    },
    fleet: () => ({ connected: sessions.live.length, size: fleet.value }),
    members: ({ kind, value }) =>
      sessions.live.filter(({ instance }) => instance !== null && placeOf(instance)[kind] === value)
        .length,
    send: (instanceId, text) => sessions.find(instanceId)?.send(text),
    now: () => clock.now(),
  });
}
