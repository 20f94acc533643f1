import type { Backbone, BackboneLog } from './ports.js';
import { connectPostgres } from './postgres/backbone.js';
import { connectRedisBackbone } from './redis/backbone.js';
import type { RedisSettings } from './redis/settings.js';

export interface BackboneOptions {
  readonly databaseUrl: string;
  /** A direct connection to the same database, when `databaseUrl` goes through a pooler. */
  readonly listenUrl?: string | undefined;
  /** Redis or Valkey, single, cluster or behind Sentinels: takes queues, bus and signals. */
  readonly redisUrl?: string | undefined;
  /** What the URL cannot say: Sentinels, certificates. */
  readonly redis?: RedisSettings | undefined;
  /** First part of every Redis key; installations that share a server need different ones. Default: recloser. */
  readonly redisNamespace?: string | undefined;
  /** Names the installation: two that use one namespace of one Redis would take each other's jobs. Absent: not checked. */
  readonly installation?: (() => Promise<string>) | undefined;
  /** Names this process's connections. */
  readonly name: string;
  readonly log: BackboneLog;
}

/**
 * Connects the SignalStore, the Bus and the queues: to Redis when `redisUrl` is given, else to Postgres.
 * @throws RecloserError `unavailable` when Redis cannot be reached, or is used by another installation under the same namespace, or when the tables are missing in Postgres and
 * the role may not create them.
 */
export function connectBackbone(options: BackboneOptions): Promise<Backbone> {
  const {
    databaseUrl,
    listenUrl,
    redisUrl,
    redis,
    redisNamespace: namespace = 'recloser',
    installation,
    name,
    log,
  } = options;
  if (redisUrl !== undefined)
    return connectRedisBackbone({
      redis: { ...redis, url: redisUrl },
      namespace,
      installation,
      name,
      log,
    });
  return connectPostgres({ databaseUrl, listenUrl: listenUrl ?? databaseUrl, name, log });
}
