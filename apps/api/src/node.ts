import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Backbone } from '@recloser/backbone';
import type { Database } from '@recloser/db';
import { Health, type Log, type Metrics, type ShutdownRegistry } from '@recloser/server';
import { createApi, type ApiOptions } from './api.js';
import { ensureAdmin, type FirstAdmin } from './auth/first-admin.js';
import { Sessions } from './auth/sessions.js';

/** Connections that may wait to be accepted: ten thousand SDKs come back at once. The system's limit (somaxconn) counts, too. */
const BACKLOG = 8_192;

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
  readonly admin: FirstAdmin;
}

export interface ApiNode {
  readonly app: NestFastifyApplication;
  /** Where it listens, e.g. "http://127.0.0.1:4400". */
  readonly url: string;
  /** The first administrator's password when it was made now; shown this once. */
  readonly adminPassword: string | null;
}

/** Longest time in which a node stops, ms: SDKs are given up to ten seconds to go. */
const STOP_TIMEOUT_MS = 25_000;

/** Starts one API node: REST, sockets, and what keeps them up to date. It joins the shutdown. */
export async function startNode(parts: NodeParts, options: NodeOptions): Promise<ApiNode> {
  const { db, shutdown } = parts;
  await db.checkSecret();
  await db.environments.seedDefaults();
  const app = await createApi({ ...parts, health: healthOf(parts) }, options);
  shutdown.join('application', 'stop', () => app.close(), STOP_TIMEOUT_MS);
  const adminPassword = await ensureAdmin(db, app.get(Sessions), options.admin);
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
