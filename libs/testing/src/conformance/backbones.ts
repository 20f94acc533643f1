import {
  type Backbone,
  type BackboneLog,
  type BackboneOptions,
  connectBackbone,
  MemorySignalStore,
} from '@recloser/backbone';
import { withClient } from '@recloser/platform';
import { Redis } from 'ioredis';
import { testPostgres, testRedis } from '../servers.js';
import { testRedisCluster } from '../redis-cluster.js';
import { type TcpProxy, tcpProxy } from '../tcp-proxy.js';

/** A real server that backbones can run on, alone for one test file. */
export interface BackboneServer {
  /** One more process's connection; `stop` closes it. */
  connect(name: string): Promise<Backbone>;
  /** The same over a network that can fail; `stop` heals and closes it. */
  connectThroughProxy(name: string): Promise<{ backbone: Backbone; proxy: TcpProxy }>;
  /** Cuts the connections on which buses listen, as a restart would. */
  cutBus(): Promise<void>;
  /** Closes all that is connected and empties the server. */
  reset(): Promise<void>;
  /** Loses all signals, as a crash does. */
  loseSignals(): Promise<void>;
  /** Loses all jobs and what repeats. */
  loseQueues(): Promise<void>;
  stop(): Promise<void>;
}

export type ClusteredBackboneServer = Omit<BackboneServer, 'connectThroughProxy'>;

export interface BackboneTarget<S extends ClusteredBackboneServer = BackboneServer> {
  readonly name: string;
  start(): Promise<S>;
}

/** What every adapter of the backbone's ports is tested on. */
export const BACKBONE_TARGETS: readonly BackboneTarget[] = [
  { name: 'postgres', start: startPostgresBackbone },
  { name: 'redis', start: startRedisBackbone },
];

/** Those and a cluster, whose nodes are reached at their own addresses: through no proxy. */
export const CLUSTERED_BACKBONE_TARGETS: readonly BackboneTarget<ClusteredBackboneServer>[] = [
  ...BACKBONE_TARGETS,
  { name: 'redis cluster', start: startClusterBackbone },
];

/** What a test of signals alone needs of a server. */
export interface SignalServer {
  connect(name: string): Promise<Pick<Backbone, 'signals'>>;
  reset(): Promise<void>;
  loseSignals(): Promise<void>;
  stop(): Promise<void>;
}

/** Every signal store: those of the backbones, and the one that simulations run on. */
export const SIGNAL_TARGETS: readonly {
  readonly name: string;
  start(): Promise<SignalServer>;
}[] = [...CLUSTERED_BACKBONE_TARGETS, { name: 'memory', start: startMemorySignals }];

function startMemorySignals(): Promise<SignalServer> {
  const signals = new MemorySignalStore(() => Date.now());
  const loseSignals = (): Promise<void> => {
    signals.clear();
    return Promise.resolve();
  };
  return Promise.resolve({
    connect: () => Promise.resolve({ signals }),
    reset: loseSignals,
    loseSignals,
    stop: () => Promise.resolve(),
  });
}

async function startPostgresBackbone(): Promise<BackboneServer> {
  const server = await testPostgres();
  const run = async (sql: string) => {
    await withClient(server.url, (client) => client.query(sql));
  };
  return {
    ...connections(
      server,
      (databaseUrl) => ({ databaseUrl }),
      () => run('DROP SCHEMA recloser_signals, bullmq CASCADE'),
    ),
    cutBus: () =>
      run(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE 'recloser:%:listen'`,
      ),
    loseSignals: () =>
      run(
        `TRUNCATE recloser_signals.bucket, recloser_signals.census, recloser_signals.dirty,
        recloser_signals.permit, recloser_signals.presence, recloser_signals.beat`,
      ),
    loseQueues: () => run('TRUNCATE bullmq.job, bullmq.scheduler CASCADE'),
  };
}

async function startRedisBackbone(): Promise<BackboneServer> {
  const server = await testRedis();
  const admin = new Redis(server.url);
  const empty = async () => {
    await admin.flushall();
  };
  const urls = (redisUrl: string) => ({ databaseUrl: '', redisUrl });
  const { stop, ...rest } = connections(server, urls, empty);
  return {
    ...rest,
    cutBus: async () => {
      await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    },
    loseSignals: empty,
    loseQueues: empty,
    stop: async () => {
      admin.disconnect();
      await stop();
    },
  };
}

async function startClusterBackbone(): Promise<ClusteredBackboneServer> {
  const server = await testRedisCluster();
  const empty = () => server.onEveryNode('FLUSHALL');
  const urls = (redisUrl: string) => ({ databaseUrl: '', redisUrl });
  const { connectThroughProxy: _, ...rest } = connections(server, urls, empty);
  return {
    ...rest,
    cutBus: () => server.onEveryNode('CLIENT', 'KILL', 'TYPE', 'pubsub'),
    loseSignals: empty,
    loseQueues: empty,
  };
}

type Urls = Pick<BackboneOptions, 'databaseUrl' | 'redisUrl'>;

function connections(
  server: { readonly url: string; close(): Promise<void> },
  urls: (url: string) => Urls,
  empty: () => Promise<void>,
): Pick<BackboneServer, 'connect' | 'connectThroughProxy' | 'reset' | 'stop'> {
  const opened: Backbone[] = [];
  const proxies: TcpProxy[] = [];
  const connectTo = async (url: string, name: string) => {
    const backbone = await connectBackbone({ ...urls(url), name, log: QUIET });
    opened.push(backbone);
    return backbone;
  };
  const closeAll = async () => {
    for (const proxy of proxies) proxy.heal();
    await Promise.all(opened.splice(0).map((backbone) => backbone.close()));
    await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
  };
  return {
    connect: (name) => connectTo(server.url, name),
    connectThroughProxy: async (name) => {
      const proxy = await tcpProxy(Number(new URL(server.url).port));
      proxies.push(proxy);
      return { backbone: await connectTo(withPort(server.url, proxy.port), name), proxy };
    },
    reset: async () => {
      await closeAll();
      await empty();
    },
    stop: async () => {
      await closeAll();
      await server.close();
    },
  };
}

function withPort(url: string, port: number): string {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.toString();
}

/** Says nothing. */
export const QUIET: BackboneLog = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
