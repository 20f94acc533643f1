import { type Backbone, connectBackbone } from '@recloser/backbone';
import { createDatabase, type Database } from '@recloser/db';
import { createLog, type Log } from './log.js';
import { createMetrics, type Metrics } from './metrics.js';
import { redisOptions } from './redis-env.js';
import { exitOnSignals, ShutdownRegistry } from './shutdown.js';
import { transitionCounter } from './transition-metrics.js';

/** What every process of the control plane reads from its environment. */
type ProcessEnv = Parameters<typeof redisOptions>[0] & {
  readonly DATABASE_URL: string;
  /** The API's. */
  readonly AUTH_SECRET?: string | undefined;
  readonly LISTEN_DATABASE_URL?: string | undefined;
  readonly LOG_LEVEL: Parameters<typeof createLog>[0]['level'];
  readonly METRICS_MAX_BREAKERS: number;
  readonly RECLOSER_SUPERVISED: boolean;
};

/** What a process has before its own parts start. All of it has joined the shutdown. */
export interface ProcessParts<Env> {
  readonly env: Env;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly shutdown: ShutdownRegistry;
  readonly database: Database;
  readonly backbone: Backbone;
}

export interface ProcessOptions<Env extends ProcessEnv> {
  /** Names the process in logs, metrics and connections: "api". */
  readonly name: string;
  /** @throws EnvError naming every variable that is missing or wrong */
  readonly readEnv: (source: NodeJS.ProcessEnv) => Env;
  readonly start: (parts: ProcessParts<Env>) => Promise<void>;
}

/**
 * Runs a process of the control plane: reads its environment, connects its stores, starts its parts, and stops them on
 * signals. The exit code is 1 where the environment is wrong or a part cannot start.
 */
export async function runProcess<Env extends ProcessEnv>(
  options: ProcessOptions<Env>,
): Promise<void> {
  let env: Env;
  try {
    env = options.readEnv(process.env);
  } catch (error) {
    // The environment is wrong: whoever starts it reads this.
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
    return;
  }
  const { name } = options;
  const log = createLog({ name, level: env.LOG_LEVEL });
  const shutdown = new ShutdownRegistry({ log });
  exitOnSignals({ shutdown, log, supervised: env.RECLOSER_SUPERVISED });
  try {
    const metrics = createMetrics(name);
    const stores = await connectStores({ env, log, metrics, shutdown, name });
    await options.start({ env, log, metrics, shutdown, ...stores });
  } catch (error) {
    log.fatal({ err: error }, 'cannot start');
    await shutdown.run('cannot start');
    process.exit(1);
  }
}

interface StoreOptions extends Omit<ProcessParts<ProcessEnv>, 'database' | 'backbone'> {
  readonly name: string;
}

async function connectStores({
  env,
  log,
  metrics,
  shutdown,
  name,
}: StoreOptions): Promise<Pick<ProcessParts<ProcessEnv>, 'database' | 'backbone'>> {
  const database = createDatabase(env.DATABASE_URL, {
    applicationName: `recloser-${name}`,
    authSecret: env.AUTH_SECRET,
    onConnectionLost: (error) => log.warn({ err: error }, 'a database connection was lost'),
    onCorruptRow: (error) => log.error({ err: error }, 'a breaker or a schedule is left out'),
    onTransition: transitionCounter(metrics, env.METRICS_MAX_BREAKERS),
  });
  shutdown.join('database', 'close', () => database.close());
  const backbone = await connectBackbone({
    databaseUrl: env.DATABASE_URL,
    listenUrl: env.LISTEN_DATABASE_URL,
    ...redisOptions(env),
    installation: () => database.installation.id(),
    name,
    log,
  });
  shutdown.join('backbone', 'close', () => backbone.close());
  return { database, backbone };
}
