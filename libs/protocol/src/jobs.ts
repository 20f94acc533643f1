import { z } from 'zod';

/** How a job is run and kept. */
export interface JobDefinition {
  readonly schema: z.ZodType;
  /** A handler that takes longer is counted as failed. */
  readonly timeoutMs: number;
  /** Runs at most, the first included. */
  readonly attempts: number;
  /** Wait before the second run; doubles for each further one. */
  readonly backoffMs: number;
  /** Finished jobs to keep, for looking at. */
  readonly keepCompleted: number;
  readonly keepFailed: number;
  /** Jobs of this name at a time in one worker. */
  readonly concurrency: number;
}

/**
 * All background jobs. Jobs only wake: what is due stands in the database and the signal store, so that a lost or
 * doubled job changes nothing.
 */
export const JOBS = {
  /** Evaluate the dirty and due breakers of one environment. A sweep in every worker finds them without it, too. */
  evaluate: {
    schema: z.object({ environmentId: z.string().min(1) }),
    timeoutMs: 10_000,
    attempts: 1,
    backoffMs: 0,
    keepCompleted: 0,
    keepFailed: 100,
    concurrency: 4,
  },
  /** Check whether a dependency is back, for one round of probes. Its permits are claimed, so that a doubled job does nothing. */
  probe: {
    schema: z.object({
      environmentId: z.string().min(1),
      breaker: z.string().min(1),
      version: z.int().min(0),
      round: z.int().min(0),
    }),
    timeoutMs: 310_000,
    attempts: 1,
    backoffMs: 0,
    keepCompleted: 0,
    keepFailed: 100,
    concurrency: 16,
  },
  /** Begin the maintenance windows whose time has come. */
  schedule: {
    schema: z.object({}),
    timeoutMs: 30_000,
    attempts: 1,
    backoffMs: 0,
    keepCompleted: 0,
    keepFailed: 100,
    concurrency: 1,
  },
  /** Send what happened to where it is to be told. Channels are leased, so that a doubled job sends nothing twice. */
  notify: {
    schema: z.object({}),
    timeoutMs: 60_000,
    attempts: 1,
    backoffMs: 0,
    keepCompleted: 0,
    keepFailed: 100,
    concurrency: 1,
  },
  /** Write per-second sums of the signal store into metric_rollup. Idempotent. */
  rollup: {
    schema: z.object({}),
    timeoutMs: 30_000,
    attempts: 3,
    backoffMs: 500,
    keepCompleted: 0,
    keepFailed: 100,
    concurrency: 1,
  },
  /** Move timeouts that are to be learned. Edits name the revision that was read, so that a doubled job changes nothing. */
  learn: {
    schema: z.object({}),
    timeoutMs: 120_000,
    attempts: 1,
    backoffMs: 0,
    keepCompleted: 10,
    keepFailed: 100,
    concurrency: 1,
  },
  /** Make partitions ahead; drop what is older than its retention. */
  retention: {
    schema: z.object({}),
    timeoutMs: 300_000,
    attempts: 3,
    backoffMs: 10_000,
    keepCompleted: 10,
    keepFailed: 100,
    concurrency: 1,
  },
} as const satisfies Readonly<Record<string, JobDefinition>>;

export type JobName = keyof typeof JOBS;
export const JOB_NAMES: readonly JobName[] = [
  'evaluate',
  'probe',
  'schedule',
  'notify',
  'rollup',
  'learn',
  'retention',
];
export type JobPayload<N extends JobName> = z.infer<(typeof JOBS)[N]['schema']>;

export function isJobName(name: string): name is JobName {
  return Object.hasOwn(JOBS, name);
}
