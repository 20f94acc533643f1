import 'reflect-metadata';
import type { NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { connectBackbone } from '@recloser/backbone';
import { createDatabase } from '@recloser/db';
import {
  createLog,
  createMetrics,
  exitOnSignals,
  Health,
  type Log,
  redisOptions,
  serveHealth,
  ShutdownRegistry,
  transitionCounter,
} from '@recloser/server';
import { AppModule } from './app.module.js';
import { readWorkerEnv, type WorkerEnv } from './env.js';
import { Sweep } from './evaluate/sweep.service.js';
import { Jobs } from './jobs.service.js';

async function main(): Promise<void> {
  const env = readWorkerEnv(process.env);
  const log = createLog({ name: 'worker', level: env.LOG_LEVEL });
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

async function start(env: WorkerEnv, log: Log, shutdown: ShutdownRegistry): Promise<void> {
  const metrics = createMetrics('worker');
  const database = createDatabase(env.DATABASE_URL, {
    applicationName: 'recloser-worker',
    onConnectionLost: (error) => log.warn({ err: error }, 'a database connection was lost'),
    onCorruptRow: (error) => log.error({ err: error }, 'a breaker or a schedule is left out'),
    onTransition: transitionCounter(metrics, env.METRICS_MAX_BREAKERS),
  });
  shutdown.join('database', 'close', () => database.close());
  const backbone = await connectBackbone({
    databaseUrl: env.DATABASE_URL,
    ...(env.LISTEN_DATABASE_URL === undefined ? {} : { listenUrl: env.LISTEN_DATABASE_URL }),
    ...redisOptions(env),
    installation: () => database.installation.id(),
    name: 'worker',
    log,
  });
  shutdown.join('backbone', 'close', () => backbone.close());

  const nest: Readonly<NestApplicationOptions> = { logger: false, abortOnError: false };
  const app = await NestFactory.createApplicationContext(
    AppModule.with({ database, backbone, log, metrics, env }),
    nest,
  );
  const sweep = app.get(Sweep);
  const jobs = app.get(Jobs);
  const health = new Health();
  health.add('evaluation', () => sweep.check());
  health.addLive(() => sweep.checkTurning());
  const server = await serveHealth({
    host: env.WORKER_HEALTH_HOST,
    port: env.WORKER_HEALTH_PORT,
    health,
    metrics,
    metricsToken: env.METRICS_TOKEN ?? null,
  });
  shutdown.join('sweep', 'drain', () => sweep.stop());
  shutdown.join('application', 'stop', () => app.close());
  shutdown.join('health', 'stop', () => server.close());

  sweep.start();
  await jobs.start();
  log.info({ healthPort: server.port }, 'worker is running');
}

try {
  await main();
} catch (error) {
  // The environment is wrong: whoever starts it reads this.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
