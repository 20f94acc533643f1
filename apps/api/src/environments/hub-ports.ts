import type { Backbone } from '@recloser/backbone';
import type { HubPorts, StoreClock } from '@recloser/hub';
import type { Log } from '@recloser/server';
import { deflateSync } from 'node:zlib';
import type { ServiceUses } from './service-uses.js';

export interface HubPortsOptions {
  readonly backbone: Backbone;
  readonly clock: StoreClock;
  readonly log: Log;
  readonly uses: ServiceUses;
  readonly discover: (environmentId: string, keys: readonly string[]) => void;
  readonly refresh: (environmentId: string) => void;
}

/** What a hub needs from outside, on the backbone. */
export function hubPorts(options: HubPortsOptions): HubPorts {
  const { clock, log, uses, discover, refresh } = options;
  const { signals, bus } = options.backbone;
  return {
    append: (batch) => {
      uses.note(batch);
      return signals.append(batch);
    },
    reportPresence: (presence) => signals.reportPresence(presence),
    claimPermits: (claim, total, want) => signals.claimPermits(claim, total, want),
    recordProbe: (claim, id, answer) => signals.recordProbe(claim, id, answer),
    markDirty: (environmentId, breakers) => signals.markDirty(environmentId, breakers),
    // The marks are set, and every worker sweeps: a lost hint costs a quarter of a second.
    wake: (environmentId) => {
      bus.publish('wake', { environmentId }).catch((error: unknown) => {
        log.debug({ err: error, environmentId }, 'a wake-up was lost');
      });
    },
    discover,
    refresh,
    countInstances: async (environmentId) => (await signals.acks(environmentId, 0)).connected,
    evaluatorAlive: (environmentId) => clock.evaluatorAlive(environmentId),
    defer: (run) => {
      setImmediate(run);
    },
    // Ids hardly shrink more at a higher level, which takes three times as long.
    deflate: (text) => deflateSync(text, { level: 1 }),
    random: () => Math.random(),
    onError: (what, error) => log.warn({ err: error, what }, 'a hub lost something'),
  };
}
