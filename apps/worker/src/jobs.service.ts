import { Inject, Injectable } from '@nestjs/common';
import type { Backbone } from '@recloser/backbone';
import { DURATION_BUCKETS, Histogram, type Metrics } from '@recloser/server';
import { Sweep } from './evaluate/sweep.service.js';
import { LearnService } from './learn/learn.service.js';
import { NotifyService } from './notify/notify.service.js';
import { ProbeService } from './probe/probe.service.js';
import { Retention } from './retention/retention.service.js';
import { RollupService } from './rollup/rollup.service.js';
import { ScheduleService } from './schedule/schedule.service.js';
import { BACKBONE, METRICS } from './tokens.js';

const ROLLUP_EVERY_MS = 5_000;
const SCHEDULE_EVERY_MS = 2_000;
const NOTIFY_EVERY_MS = 1_000;
const LEARN_EVERY_MS = 5 * 60_000;
const RETENTION_EVERY_MS = 10 * 60_000;

/** Connects the catalogue's jobs with who does them. */
@Injectable()
export class Jobs {
  readonly #lag: Histogram;

  constructor(
    @Inject(BACKBONE) private readonly backbone: Backbone,
    @Inject(Sweep) private readonly sweep: Sweep,
    @Inject(ProbeService) private readonly probe: ProbeService,
    @Inject(ScheduleService) private readonly schedule: ScheduleService,
    @Inject(NotifyService) private readonly notify: NotifyService,
    @Inject(RollupService) private readonly rollup: RollupService,
    @Inject(LearnService) private readonly learn: LearnService,
    @Inject(Retention) private readonly retention: Retention,
    @Inject(METRICS) metrics: Metrics,
  ) {
    this.#lag = new Histogram({
      name: 'recloser_job_lag_seconds',
      help: 'How long a job had been due when it was started for the first time, by job.',
      labelNames: ['job'],
      buckets: [...DURATION_BUCKETS, 30, 60],
      registers: [metrics],
    });
  }

  async start(): Promise<void> {
    const { queues } = this.backbone;
    const handlers = {
      evaluate: () => this.sweep.wake(),
      probe: (payload: unknown) => this.probe.run(payload),
      schedule: () => this.schedule.run(),
      notify: () => this.notify.run(),
      rollup: () => this.rollup.run(),
      learn: () => this.learn.run(),
      retention: () => this.retention.run(),
    };
    await queues.process(handlers, (job, waitedMs) => this.#lag.observe({ job }, waitedMs / 1_000));
    await queues.every('rollup', ROLLUP_EVERY_MS);
    await queues.every('schedule', SCHEDULE_EVERY_MS);
    await queues.every('notify', NOTIFY_EVERY_MS);
    await queues.every('learn', LEARN_EVERY_MS);
    await queues.every('retention', RETENTION_EVERY_MS);
    // The first partitions must not wait for the first round.
    await queues.add('retention', {}, { dedupeId: 'retention' });
  }
}
