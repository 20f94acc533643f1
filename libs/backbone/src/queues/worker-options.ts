import { JOBS, type JobName } from '@recloser/protocol';

export function queueName(job: JobName): string {
  return `recloser-${job}`;
}

/** A killed worker's job is taken over once its lock ends and someone looks: within 6 s. */
export function workerOptions(job: JobName) {
  return {
    concurrency: JOBS[job].concurrency,
    lockDuration: 4_000,
    stalledInterval: 2_000,
    maxStalledCount: 3,
  };
}
