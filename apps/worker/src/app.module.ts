import { type DynamicModule, Module } from '@nestjs/common';
import type { Backbone } from '@recloser/backbone';
import type { Database } from '@recloser/db';
import type { Log, Metrics } from '@recloser/server';
import type { WorkerEnv } from './env.js';
import { Sweep } from './evaluate/sweep.service.js';
import { Jobs } from './jobs.service.js';
import { LearnService } from './learn/learn.service.js';
import { NotifyService } from './notify/notify.service.js';
import { ProbeService } from './probe/probe.service.js';
import { targetGuard } from './outbound/target-guard.js';
import { Retention } from './retention/retention.service.js';
import { RollupService } from './rollup/rollup.service.js';
import { ScheduleService } from './schedule/schedule.service.js';
import { BACKBONE, CONSOLE_URL, DATABASE, KEEP, LOG, METRICS, TARGETS } from './tokens.js';

export interface Parts {
  readonly database: Database;
  readonly backbone: Backbone;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly env: Pick<
    WorkerEnv,
    'ROLLUP_RETENTION_DAYS' | 'CHANGE_RETENTION_HOURS' | 'PROBE_ALLOWED_NETWORKS' | 'PUBLIC_URL'
  >;
}

@Module({})
export class AppModule {
  /** The worker around parts that are already connected. */
  static with({ database, backbone, log, metrics, env }: Parts): DynamicModule {
    const keep = { rollupDays: env.ROLLUP_RETENTION_DAYS, changeHours: env.CHANGE_RETENTION_HOURS };
    return {
      module: AppModule,
      providers: [
        { provide: DATABASE, useValue: database },
        { provide: BACKBONE, useValue: backbone },
        { provide: LOG, useValue: log },
        { provide: METRICS, useValue: metrics },
        { provide: KEEP, useValue: keep },
        { provide: TARGETS, useValue: targetGuard(env.PROBE_ALLOWED_NETWORKS) },
        { provide: CONSOLE_URL, useValue: env.PUBLIC_URL ?? null },
        ProbeService,
        NotifyService,
        ScheduleService,
        Sweep,
        RollupService,
        LearnService,
        Retention,
        Jobs,
      ],
    };
  }
}
