import 'reflect-metadata';
import type { NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type ProcessParts, runProcess } from '@recloser/server';
import { AppModule } from './app.module.js';
import { readWorkerEnv, type WorkerEnv } from './env.js';
import { targetGuard } from './outbound/target-guard.js';
import { BACKBONE, DATABASE, LOG, METRICS, SETTINGS, type Settings, TARGETS } from './tokens.js';

async function start(parts: ProcessParts<WorkerEnv>): Promise<void> {
  const { env, log, metrics, shutdown, database, backbone } = parts;
  const infrastructure = [
    { provide: DATABASE, useValue: database },
    { provide: BACKBONE, useValue: backbone },
    { provide: LOG, useValue: log },
    { provide: METRICS, useValue: metrics },
    { provide: TARGETS, useValue: targetGuard(env.PROBE_ALLOWED_NETWORKS) },
    { provide: SETTINGS, useValue: settingsOf(env) },
  ];
  const nest: Readonly<NestApplicationOptions> = { logger: false, abortOnError: false };
  const app = await NestFactory.createApplicationContext(AppModule.over(infrastructure), nest);
  shutdown.join('application', 'drain', () => app.close());
}

const settingsOf = (env: WorkerEnv): Settings => ({
  consoleUrl: env.PUBLIC_URL ?? null,
  keep: { rollupDays: env.ROLLUP_RETENTION_DAYS, changeHours: env.CHANGE_RETENTION_HOURS },
  health: {
    host: env.WORKER_HEALTH_HOST,
    port: env.WORKER_HEALTH_PORT,
    metricsToken: env.METRICS_TOKEN ?? null,
  },
});

await runProcess({ name: 'worker', readEnv: readWorkerEnv, start });
