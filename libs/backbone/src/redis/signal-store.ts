import type { SignalStore } from '../ports.js';
import { append, seconds, windows } from './counts.js';
import type { Keys } from './keys.js';
import { appendLatencies, latencies } from './latencies.js';
import { markDirty, takeDirty } from './marks.js';
import { claimPermits, probes, recordProbe } from './permits.js';
import { acks, heartbeat, heartbeatAges, now, reportPresence } from './presence.js';
import type { RedisClient } from './script.js';

/** The SignalStore on Redis or Valkey, single or cluster. Does not own the client. */
export function redisSignalStore(client: RedisClient, keys: Keys): SignalStore {
  return {
    now: () => now(client, keys),
    append: async (batch) => {
      await Promise.all([append(client, keys, batch), appendLatencies(client, keys, batch)]);
    },
    takeDirty: (limit) => takeDirty(client, keys, limit),
    markDirty: (environmentId, breakers) => markDirty(client, keys, environmentId, breakers),
    windowTotals: (environmentId, queries, at) => windows(client, keys, environmentId, queries, at),
    perSecondTotals: (environmentId, from, to, breakers) =>
      seconds(client, keys, environmentId, { from, to }, breakers),
    latencies: (environmentId, from, to, breakers) =>
      latencies(client, keys, environmentId, { from, to }, breakers),
    claimPermits: (claim, total, want) => claimPermits(client, keys, claim, { total, want }),
    recordProbe: (claim, id, answer) => recordProbe(client, keys, claim, { id, ...answer }),
    probes: (claim) => probes(client, keys, claim),
    reportPresence: (presence) => reportPresence(client, keys, presence),
    acks: (environmentId, seq, part) => acks(client, keys, environmentId, seq, part),
    heartbeat: (environmentIds) => heartbeat(client, keys, environmentIds),
    heartbeatAges: () => heartbeatAges(client, keys),
    // Every key expires by itself.
    prune: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
