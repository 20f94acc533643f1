import type { HubClock, HubPorts, HubStats, HubTuning } from '../ports.js';
import { Drain } from './drain.js';
import type { Intake } from './intake.js';

interface DrainParts {
  readonly tuning: HubTuning;
  readonly clock: HubClock;
  readonly stats: HubStats;
  readonly intake: Intake;
}

/** Hands what a hub has counted to its store. */
export function drainOn(
  ports: HubPorts,
  hub: { readonly hubId: string; readonly environmentId: string },
  { tuning, clock, stats, intake }: DrainParts,
): Drain {
  return new Drain({
    tuning,
    now: () => clock.now(),
    take: (last) => intake.take(hub, clock.storeNow(), last),
    hasMore: () => intake.hasMore,
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
