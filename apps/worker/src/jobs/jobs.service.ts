import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { Backbone } from '@recloser/backbone';
import { JOB_NAMES } from '@recloser/protocol';
import { DURATION_BUCKETS, Histogram, type Metrics } from '@recloser/server';
import { BACKBONE, METRICS } from '../tokens.js';
import { Job, type JobHandler, type JobPlan } from './job.decorator.js';

interface Planned {
  readonly plan: JobPlan;
  readonly handler: JobHandler;
}

/** Has each job of the catalogue run by the provider that is decorated with its name. */
@Injectable()
export class Jobs implements OnApplicationBootstrap {
  readonly #lag: Histogram;

  constructor(
    @Inject(BACKBONE) private readonly backbone: Backbone,
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
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

  /** @throws Error where a job of the catalogue has no handler, or more than one. */
  async onApplicationBootstrap(): Promise<void> {
    const { queues } = this.backbone;
    const planned = this.#planned();
    const handlers = Object.fromEntries(
      planned.map(({ plan, handler }) => [plan.name, (payload: unknown) => handler.run(payload)]),
    );
    await queues.process(handlers, (job, waitedMs) => this.#lag.observe({ job }, waitedMs / 1_000));
    for (const { name, everyMs, atStart } of planned.map(({ plan }) => plan)) {
      if (everyMs !== undefined) await queues.every(name, everyMs);
      if (atStart === true) await queues.add(name, {}, { dedupeId: name });
    }
  }

  #planned(): Planned[] {
    const found = this.discovery.getProviders({ metadataKey: Job.KEY }).map((wrapper): Planned => {
      const plan = this.discovery.getMetadataByDecorator(Job, wrapper);
      const handler: unknown = wrapper.instance;
      if (plan === undefined || !isHandler(handler)) throw new Error(`${wrapper.name} runs no job`);
      return { plan, handler };
    });
    for (const name of JOB_NAMES) {
      const count = found.filter(({ plan }) => plan.name === name).length;
      if (count !== 1) throw new Error(`${count} providers run the job "${name}"`);
    }
    return found;
  }
}

function isHandler(value: unknown): value is JobHandler {
  return typeof value === 'object' && value !== null && 'run' in value;
}
