import type { HubClock, HubPorts, HubStats, HubTuning } from '../ports.js';
import { FlushScheduler } from './flush-scheduler.js';
import type { SignalIngestor } from './signal-ingestor.js';

interface DrainParts {
  readonly tuning: HubTuning;
  readonly clock: HubClock;
  readonly stats: HubStats;
  readonly ingestor: SignalIngestor;
}

/** Hands what a hub has counted to its store. */
export function drainOn(
  ports: HubPorts,
  hub: { readonly hubId: string; readonly environmentId: string },
  { tuning, clock, stats, ingestor }: DrainParts,
): FlushScheduler {
  return new FlushScheduler({
    tuning,
    now: () => clock.now(),
    take: (last) => ingestor.take(hub, clock.storeNow(), last),
    hasMore: () => ingestor.hasMore,
    append: (batch) => {
      stats.drains += 1;
      return ports.append(batch);
    },
    wake: (breakers) => ports.wake(hub.environmentId, breakers),
    lost: (error) => {
      stats.drainsLost += 1;
      ports.onError('append signals', error);
    },
  });
}
