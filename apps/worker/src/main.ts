import 'reflect-metadata';
import type { NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Health, type ProcessParts, runProcess, serveHealth } from '@recloser/server';
import { AppModule } from './app.module.js';
import { readWorkerEnv, type WorkerEnv } from './env.js';
import { Sweep } from './evaluate/sweep.service.js';
import { Jobs } from './jobs.service.js';

async function start(parts: ProcessParts<WorkerEnv>): Promise<void> {
  const { env, log, metrics, shutdown, database, backbone } = parts;
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

await runProcess({ name: 'worker', readEnv: readWorkerEnv, start });
