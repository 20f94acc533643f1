import 'reflect-metadata';
import { connectBackbone, type Backbone } from '@recloser/backbone';
import { createDatabase, type Database } from '@recloser/db';
import { ShutdownRegistry, createLog, createMetrics, transitionCounter } from '@recloser/server';
import { startNode, type ApiNode, type NodeOptions } from '../node.js';
import { RestClient } from './rest-client.js';

export const AUTH_SECRET = 'a secret of tests that nobody else uses 0123456789';
export const ADMIN = { email: 'admin@example.com', password: 'correct horse battery' };

export interface TestNode {
  readonly app: ApiNode['app'];
  readonly url: string;
  readonly db: Database;
  readonly backbone: Backbone;
  readonly adminPassword: string | null;
  /** Not signed in. */
  readonly anonymous: RestClient;
  stop(): Promise<void>;
}

/** A whole API node on a migrated database and a free port. */
export async function startTestNode(
  databaseUrl: string,
  { redisUrl, ...options }: Partial<NodeOptions> & { readonly redisUrl?: string } = {},
): Promise<TestNode> {
  const log = createLog({ name: 'api', level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });
  const shutdown = new ShutdownRegistry({ log });
  const metrics = createMetrics('api');
  const { metricsMaxBreakers = DEFAULTS.metricsMaxBreakers } = options;
  const { authSecret = DEFAULTS.authSecret } = options;
  const db = createDatabase(databaseUrl, {
    authSecret,
    onTransition: transitionCounter(metrics, metricsMaxBreakers),
  });
  shutdown.join('database', 'close', () => db.close());
  const backbone = await connectBackbone({ databaseUrl, redisUrl, name: 'api-test', log });
  shutdown.join('backbone', 'close', () => backbone.close());
  const node = await startNode(
    { db, backbone, log, metrics, shutdown },
    {
      ...DEFAULTS,
      ...options,
    },
  );
  return {
    app: node.app,
    url: node.url,
    db,
    backbone,
    adminPassword: node.adminPassword,
    anonymous: new RestClient(node.url),
    stop: () => shutdown.run('test'),
  };
}

const DEFAULTS: NodeOptions = {
  host: '127.0.0.1',
  port: 0,
  consoleUrl: null,
  publicUrl: null,
  authSecret: AUTH_SECRET,
  admin: ADMIN,
  metricsToken: 'metrics-token',
  trustedProxies: 'loopback',
  rateLimitPerMinute: 100_000,
  goodbyeSpreadMs: 200,
  metricsMaxBreakers: 1_000,
};
