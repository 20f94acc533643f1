import { ListeningBus } from '../listening-bus.js';
import { once } from '../once.js';
import type { Backbone, BackboneLog } from '../ports.js';
import { BullJobQueues } from '../queues/job-queues.js';
import { redisQueueBackend } from '../queues/redis-backend.js';
import { redisBusLink } from './bus-link.js';
import { translated, translateRedis } from '../translated.js';
import { claimNamespace } from './claim.js';
import { connectRedis, type RedisAddress } from './client.js';
import { Keys } from './keys.js';
import { redisSignalStore } from './signal-store.js';

export interface RedisBackboneOptions {
  readonly redis: RedisAddress;
  /** First part of every key. */
  readonly namespace: string;
  readonly installation: (() => Promise<string>) | undefined;
  readonly name: string;
  readonly log: BackboneLog;
}

/** All three ports on Redis or Valkey. */
export async function connectRedisBackbone(options: RedisBackboneOptions): Promise<Backbone> {
  const { redis, name, log } = options;
  const connection = await connectRedis(redis, name, log);
  const keys = new Keys(options.namespace);
  const claim = await claimNamespace(connection.client, keys, options).catch((error: unknown) => {
    connection.client.disconnect();
    throw error;
  });
  const bus = new ListeningBus(redisBusLink(connection, keys), log);
  const queues = new BullJobQueues(redisQueueBackend(connection, keys.queues), log);
  const close = once(async () => {
    claim.end();
    await Promise.all([queues.close(), bus.close()]);
    connection.client.disconnect();
  });
  const signals = translated(redisSignalStore(connection.client, keys), translateRedis);
  return { signals, bus, queues, close };
}
