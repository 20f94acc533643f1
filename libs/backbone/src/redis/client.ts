import { isRecloserError } from '@recloser/protocol';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { BackboneLog } from '../ports.js';
import { addressText, checkEviction, checkSentinels, lastError, refusal } from './refusals.js';
import type { RedisClient } from './script.js';
import { type RedisSettings, type Target, targetOf } from './settings.js';

const TIMEOUT_MS = 3_000;

/** The options that connections differ in. */
type Tuning = Pick<
  RedisOptions,
  | 'autoResendUnfulfilledCommands'
  | 'autoResubscribe'
  | 'commandTimeout'
  | 'connectTimeout'
  | 'maxRetriesPerRequest'
  | 'reconnectOnError'
  | 'sentinelCommandTimeout'
  | 'socketTimeout'
>;

/** A master that has become a replica refuses to write: whoever is the master now is found by connecting again. */
const isDemoted = (error: Error): boolean => error.message.startsWith('READONLY');

const ANY: Tuning = {
  connectTimeout: TIMEOUT_MS,
  sentinelCommandTimeout: TIMEOUT_MS,
  reconnectOnError: isDemoted,
};

/** At most once: a command whose answer was lost is not sent again, as counts would be added twice. */
const HASTY: Tuning = {
  ...ANY,
  commandTimeout: TIMEOUT_MS,
  // A command that is late fails alone; a connection that says nothing is made again.
  socketTimeout: TIMEOUT_MS + 1_000,
  maxRetriesPerRequest: 1,
  autoResendUnfulfilledCommands: false,
};
/** Waits for the server for as long as it takes, as BullMQ wants it. */
const PATIENT: Tuning = {
  ...ANY,
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

export interface RedisAddress extends RedisSettings {
  readonly url: string;
}

/**
 * Connects, and finds out by itself whether the server is part of a cluster.
 * @throws RecloserError `unavailable` when the server cannot be reached, refuses us, or may throw keys away; the message
 * says what to do.
 */
export async function connectRedis(
  { url, ...settings }: RedisAddress,
  name: string,
  log: BackboneLog,
): Promise<RedisConnection> {
  const target = { ...targetOf(url, settings), connectionName: `recloser:${name}` };
  const listened = <C extends RedisClient>(client: C): C => {
    client.on('error', complain(log));
    return client;
  };
  if (target.sentinels !== undefined) await checkSentinels(target);
  const first = listened(
    new Redis({ ...target, ...HASTY, lazyConnect: true, retryStrategy: backOff }),
  );
  if (!(await isCluster(first, target))) {
    return {
      client: first,
      database: first.options.db ?? 0,
      single: (tuning) => new Redis({ ...target, ...tuning, ...ONCE }),
      patient: (leaving) => {
        const retry = backOffUnless(leaving);
        const waits = { retryStrategy: retry, sentinelRetryStrategy: retry };
        return listened(new Redis({ ...target, ...PATIENT, ...waits }));
      },
    };
  }
  const seed = first.options;
  first.disconnect();
  const client = listened(clusterOf(seed, HASTY, backOff));
  await checkNodes(client);
  return {
    client,
    database: 0,
    single: (tuning) =>
      new Redis({ ...loginOf(seed), ...anyNode(client, seed), ...tuning, ...ONCE }),
    patient: (leaving) => listened(clusterOf(seed, PATIENT, backOffUnless(leaving))),
  };
}

const ONCE = {
  lazyConnect: true,
  retryStrategy: () => null,
  sentinelRetryStrategy: () => null,
} satisfies RedisOptions;

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

async function isCluster(client: Redis, target: Target): Promise<boolean> {
  const where = target.name === undefined ? addressText(target) : `master "${target.name}"`;
  const failed = lastError(client);
  try {
    await client.connect();
    const isPart = (await client.info('cluster')).includes('cluster_enabled:1');
    if (!isPart) await checkEviction(client, `Redis (${where})`);
    return isPart;
  } catch (error) {
    client.disconnect();
    throw isRecloserError(error) ? error : refusal(`Redis (${where})`, failed() ?? error);
  }
}

async function checkNodes(cluster: Cluster): Promise<void> {
  try {
    await cluster.ping();
    for (const node of cluster.nodes('master')) {
      await checkEviction(node, `Redis (${addressText(node.options)})`);
    }
  } catch (error) {
    cluster.disconnect();
    throw isRecloserError(error) ? error : refusal('The Redis cluster', error);
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
