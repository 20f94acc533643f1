import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Backbone } from '@recloser/backbone';
import type { Database } from '@recloser/db';
import { Health, type Log, type Metrics, type ShutdownRegistry } from '@recloser/server';
import { randomUUID } from 'node:crypto';
import { createApi, type ApiOptions } from './api.js';
import { ensureAdmin, type FirstAdmin } from './auth/first-admin.js';
import { Sessions } from './auth/sessions.js';
import { IntervalRunner } from './common/interval-runner.js';
import { originReader } from './common/same-origin.js';
import { routeUpgrades } from './common/upgrades.js';
import { ConsoleGateway } from './console/console.gateway.js';
import { addBreakerMetrics } from './replicas/breaker-metrics.js';
import { EnvironmentReplicas } from './replicas/environment-replicas.js';
import { addNodeMetrics } from './replicas/node-metrics.js';
import { ServiceUses } from './replicas/service-uses.js';
import { InstanceTable } from './sdk/instance-table.js';
import { SdkKeyAuthenticator } from './sdk/sdk-key-authenticator.js';
import { SdkGateway } from './sdk/sdk.gateway.js';

/** Connections that may wait to be accepted: ten thousand SDKs come back at once. The system's limit (somaxconn) counts, too. */
const BACKLOG = 8_192;

/** Who is connected and what they call is written so often. */
const TABLES_MS = 2_000;

export interface NodeParts {
  readonly db: Database;
  readonly backbone: Backbone;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly shutdown: ShutdownRegistry;
}

export interface NodeOptions extends ApiOptions {
  readonly host: string;
  readonly port: number;
  readonly authSecret: string;
  readonly admin: FirstAdmin;
  readonly goodbyeSpreadMs: number;
  /** How many breakers the metrics name. */
  readonly metricsMaxBreakers: number;
}

export interface ApiNode {
  readonly app: NestFastifyApplication;
  /** Where it listens, e.g. "http://127.0.0.1:4400". */
  readonly url: string;
  /** The first administrator's password when it was made now; shown this once. */
  readonly adminPassword: string | null;
}

/** Starts one API node: REST, sockets, and what keeps them up to date. Its parts join the shutdown. */
export async function startNode(parts: NodeParts, options: NodeOptions): Promise<ApiNode> {
  const { db, backbone, log, metrics, shutdown } = parts;
  const hubId = randomUUID();
  const { publicUrl, authSecret: secret } = options;
  const sessions = new Sessions({ database: db.authAdapter(), secret, publicUrl, log });
  await db.environments.seedDefaults();
  const adminPassword = await ensureAdmin(db, sessions, options.admin);

  const uses = new ServiceUses(db, log);
  const replicas = new EnvironmentReplicas({ hubId, db, backbone, log, uses });
  await replicas.start();
  const instances = new InstanceTable({ hubId, db, replicas, log });
  const tables = new IntervalRunner(TABLES_MS, async () => {
    await instances.write();
    await uses.write();
  });
  tables.start();
  const keys = new SdkKeyAuthenticator(db.keys, () => performance.now());
  const sdk = new SdkGateway({ keys, replicas });
  const originOf = originReader(options.trustedProxies);
  const consoles = new ConsoleGateway({
    ...{ db, backbone, replicas, sessions, publicUrl, originOf, log },
  });
  addNodeMetrics(metrics, replicas, { sdk, console: consoles });
  addBreakerMetrics(metrics, () => replicas.named, options.metricsMaxBreakers);

  const health = healthOf(parts);
  const app = await createApi({ ...parts, sessions, replicas, keys, health }, options);
  routeUpgrades(
    app.getHttpServer(),
    {
      '/v1/sdk': (request, accept) => sdk.upgrade(request, accept),
      '/v1/console': (request, accept) => consoles.upgrade(request, accept),
    },
    log,
  );
  shutdown.join('consoles', 'drain', () => consoles.drain());
  shutdown.join('sdks', 'drain', () => sdk.drain(options.goodbyeSpreadMs));
  shutdown.join('http', 'stop', () => app.close());
  shutdown.join('environments', 'stop', async () => {
    await replicas.stop();
    await tables.stop();
  });
  return { app, url: await listen(app, options), adminPassword };
}

function healthOf({ db, backbone, shutdown }: NodeParts): Health {
  const health = new Health();
  health.add('database', () => db.check());
  health.add('signals', async () => {
    await backbone.signals.now();
  });
  health.add('running', () => {
    if (shutdown.stopping) throw new Error('stopping');
  });
  return health;
}

async function listen(app: NestFastifyApplication, { host, port }: NodeOptions): Promise<string> {
  await app.listen({ port, host, backlog: BACKLOG });
  return app.getUrl();
}
