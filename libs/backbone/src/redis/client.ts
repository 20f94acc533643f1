import { RecloserError } from '@recloser/protocol';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { BackboneLog } from '../ports.js';
import type { RedisClient } from './script.js';

const TIMEOUT_MS = 3_000;

/** The options that connections differ in. */
type Tuning = Pick<
  RedisOptions,
  | 'autoResendUnfulfilledCommands'
  | 'autoResubscribe'
  | 'commandTimeout'
  | 'connectTimeout'
  | 'maxRetriesPerRequest'
  | 'socketTimeout'
>;

/** At most once: a command whose answer was lost is not sent again, as counts would be added twice. */
const HASTY: Tuning = {
  connectTimeout: TIMEOUT_MS,
  commandTimeout: TIMEOUT_MS,
  // A command that is late fails alone; a connection that says nothing is made again.
  socketTimeout: TIMEOUT_MS + 1_000,
  maxRetriesPerRequest: 1,
  autoResendUnfulfilledCommands: false,
};
/** Waits for the server for as long as it takes, as BullMQ wants it. */
const PATIENT: Tuning = {
  connectTimeout: TIMEOUT_MS,
  // Longer than BullMQ ever waits for a job.
  socketTimeout: 20_000,
  maxRetriesPerRequest: null,
};

export interface RedisConnection {
  readonly client: RedisClient;
  /** Number of the database; channels are not kept apart by it. */
  readonly database: number;
  /** A further connection to any one node, not connected yet, which does not connect again by itself. */
  single(tuning: Tuning): Redis;
  /** A further client that does not give up before `leaving` says so. */
  patient(leaving: () => boolean): RedisClient;
}

/**
 * Connects, and finds out by itself whether the server is part of a cluster.
 * @throws RecloserError `unavailable` when the server cannot be reached or refuses us.
 */
export async function connectRedis(
  url: string,
  name: string,
  log: BackboneLog,
): Promise<RedisConnection> {
  const connectionName = `recloser:${name}`;
  const listened = <C extends RedisClient>(client: C): C => {
    client.on('error', complain(log));
    return client;
  };
  const first = listened(
    new Redis(url, { ...HASTY, connectionName, lazyConnect: true, retryStrategy: backOff }),
  );
  if (!(await isCluster(first))) {
    return {
      client: first,
      database: first.options.db ?? 0,
      single: (tuning) => first.duplicate({ ...tuning, ...ONCE }),
      patient: (leaving) =>
        listened(
          new Redis(url, { ...PATIENT, connectionName, retryStrategy: backOffUnless(leaving) }),
        ),
    };
  }
  const seed = first.options;
  first.disconnect();
  const client = listened(clusterOf(seed, HASTY, backOff));
  return {
    client,
    database: 0,
    single: (tuning) =>
      new Redis({ ...loginOf(seed), ...anyNode(client, seed), ...tuning, ...ONCE }),
    patient: (leaving) => listened(clusterOf(seed, PATIENT, backOffUnless(leaving))),
  };
}

const ONCE = { lazyConnect: true, retryStrategy: () => null } satisfies RedisOptions;

type Node = Pick<RedisOptions, 'host' | 'port'>;

type Retry = (times: number) => number | null;

function clusterOf(seed: RedisOptions, tuning: Tuning, clusterRetryStrategy: Retry): Cluster {
  return new Cluster([addressOf(seed)], {
    clusterRetryStrategy,
    redisOptions: { ...loginOf(seed), ...tuning },
    // Certificates are made out to names, so that a name must not be replaced by its address.
    ...(seed.tls ? { dnsLookup: (host, done) => done(null, host) } : {}),
  });
}

function loginOf({ username, password, tls, connectionName }: RedisOptions) {
  return { username, password, tls, connectionName };
}

function addressOf({ host = '127.0.0.1', port = 6379 }: Node) {
  return { host, port };
}

function anyNode(cluster: Cluster, seed: Node) {
  const nodes = cluster.nodes('master');
  return addressOf(nodes[Math.floor(Math.random() * nodes.length)]?.options ?? seed);
}

async function isCluster(client: Redis): Promise<boolean> {
  try {
    await client.connect();
    return (await client.info('cluster')).includes('cluster_enabled:1');
  } catch (error) {
    client.disconnect();
    throw new RecloserError(
      'unavailable',
      'Redis cannot be used: check that REDIS_URL is right and that the server runs.',
      {},
      error,
    );
  }
}

function backOff(times: number): number {
  return Math.min(2_000, 50 * 2 ** Math.min(times, 6));
}

function backOffUnless(leaving: () => boolean): Retry {
  return (times) => (leaving() ? null : backOff(times));
}

/** Logs a connection's errors, but not one for every attempt to connect again. */
function complain(log: BackboneLog): (error: Error) => void {
  let last = '';
  return (error) => {
    if (error.message === last) return;
    last = error.message;
    log.warn({ err: error }, 'the connection to Redis has a problem');
  };
}
