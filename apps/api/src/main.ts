import 'reflect-metadata';
import { connectBackbone } from '@recloser/backbone';
import { createDatabase } from '@recloser/db';
import {
  ShutdownRegistry,
  createLog,
  createMetrics,
  exitOnSignals,
  redisOptions,
  transitionCounter,
  type Log,
} from '@recloser/server';
import { readApiEnv, type ApiEnv } from './env.js';
import { startNode, type NodeOptions } from './node.js';

async function main(): Promise<void> {
  const env = readApiEnv(process.env);
  const log = createLog({ name: 'api', level: env.LOG_LEVEL });
  const shutdown = new ShutdownRegistry({ log });
  exitOnSignals({ shutdown, log, supervised: env.RECLOSER_SUPERVISED });
  try {
    await start(env, log, shutdown);
  } catch (error) {
    log.fatal({ err: error }, 'cannot start');
    await shutdown.run('cannot start');
    process.exit(1);
  }
}

async function start(env: ApiEnv, log: Log, shutdown: ShutdownRegistry): Promise<void> {
  const metrics = createMetrics('api');
  const db = createDatabase(env.DATABASE_URL, {
    applicationName: 'recloser-api',
    onConnectionLost: (error) => log.warn({ err: error }, 'a database connection was lost'),
    onCorruptRow: (error) => log.error({ err: error }, 'a breaker or a schedule is left out'),
    onTransition: transitionCounter(metrics, env.METRICS_MAX_BREAKERS),
  });
  shutdown.join('database', 'close', () => db.close());
  const backbone = await connectBackbone({
    databaseUrl: env.DATABASE_URL,
    listenUrl: env.LISTEN_DATABASE_URL,
    ...redisOptions(env),
    installation: () => db.installation.id(),
    name: 'api',
    log,
  });
  shutdown.join('backbone', 'close', () => backbone.close());

  const node = await startNode({ db, backbone, log, metrics, shutdown }, optionsOf(env));
  if (node.adminPassword !== null) {
    tellOnce(welcome(env.ADMIN_EMAIL, node.adminPassword));
  }
  log.info({ url: node.url }, 'listening');
}

const optionsOf = (env: ApiEnv): NodeOptions => ({
  host: env.HOST,
  port: env.PORT,
  consoleUrl: env.CONSOLE_URL ?? null,
  publicUrl: env.PUBLIC_URL ?? null,
  authSecret: env.AUTH_SECRET,
  admin: { email: env.ADMIN_EMAIL, password: env.ADMIN_PASSWORD ?? null },
  metricsToken: env.METRICS_TOKEN ?? null,
  trustedProxies: env.TRUSTED_PROXIES,
  rateLimitPerMinute: env.RATE_LIMIT_PER_MINUTE,
  goodbyeSpreadMs: env.GOODBYE_SPREAD_MS,
  metricsMaxBreakers: env.METRICS_MAX_BREAKERS,
});

/** What a launcher keeps of the standard output is a log: what is for eyes alone goes to it by another way. */
function tellOnce(text: string): void {
  if (process.send) process.send({ kind: 'notice', text });
  else process.stdout.write(text);
}

const welcome = (email: string, password: string): string =>
  `\nThe first administrator was created. This is shown only once:\n  e-mail    ${email}\n  password  ${password}\n\n`;

try {
  await main();
} catch (error) {
  // The environment is wrong: whoever starts it reads this.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
