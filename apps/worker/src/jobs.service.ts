import { Inject, Injectable } from '@nestjs/common';
import type { Backbone } from '@recloser/backbone';
import { Sweep } from './evaluate/sweep.service.js';
import { LearnService } from './learn/learn.service.js';
import { NotifyService } from './notify/notify.service.js';
import { ProbeService } from './probe/probe.service.js';
import { Retention } from './retention/retention.service.js';
import { RollupService } from './rollup/rollup.service.js';
import { ScheduleService } from './schedule/schedule.service.js';
import { BACKBONE } from './tokens.js';

const ROLLUP_EVERY_MS = 5_000;
const SCHEDULE_EVERY_MS = 2_000;
const NOTIFY_EVERY_MS = 1_000;
const LEARN_EVERY_MS = 5 * 60_000;
const RETENTION_EVERY_MS = 10 * 60_000;

/** Connects the catalogue's jobs with who does them. */
@Injectable()
export class Jobs {
  constructor(
    @Inject(BACKBONE) private readonly backbone: Backbone,
    @Inject(Sweep) private readonly sweep: Sweep,
    @Inject(ProbeService) private readonly probe: ProbeService,
    @Inject(ScheduleService) private readonly schedule: ScheduleService,
    @Inject(NotifyService) private readonly notify: NotifyService,
    @Inject(RollupService) private readonly rollup: RollupService,
    @Inject(LearnService) private readonly learn: LearnService,
    @Inject(Retention) private readonly retention: Retention,
  ) {}

  async start(): Promise<void> {
    const { queues } = this.backbone;
    await queues.process({
      evaluate: () => this.sweep.wake(),
      probe: (payload) => this.probe.run(payload),
      schedule: () => this.schedule.run(),
      notify: () => this.notify.run(),
      rollup: () => this.rollup.run(),
      learn: () => this.learn.run(),
      retention: () => this.retention.run(),
    });
    await queues.every('rollup', ROLLUP_EVERY_MS);
    await queues.every('schedule', SCHEDULE_EVERY_MS);
    await queues.every('notify', NOTIFY_EVERY_MS);
    await queues.every('learn', LEARN_EVERY_MS);
    await queues.every('retention', RETENTION_EVERY_MS);
    // The first partitions must not wait for the first round.
    await queues.add('retention', {}, { dedupeId: 'retention' });
  }
}
