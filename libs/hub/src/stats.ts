import type { HubStats } from './ports.js';

export function emptyStats(): HubStats {
  return {
    connections: 0,
    helloes: 0,
    frames: 0,
    framesRefused: 0,
    framesRateLimited: 0,
    batches: 0,
    batchesReplayed: 0,
    items: 0,
    itemsUnknownBreaker: 0,
    itemsFutureVersion: 0,
    itemsOlderVersion: 0,
    bucketsTooOld: 0,
    deltas: 0,
    fulls: 0,
    resumes: 0,
    slowConsumers: 0,
    unresponsive: 0,
    drains: 0,
    drainsLost: 0,
    permits: 0,
    probeResults: 0,
  };
}
