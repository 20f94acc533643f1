import { JOB_NAMES, JOBS, type JobName, RecloserError } from '@recloser/protocol';
import { type Job, UnrecoverableError } from 'bullmq';
import type { AddOptions, BackboneLog, JobHandler, JobQueues, JobStartListener } from '../ports.js';
import { withTimeout } from './with-timeout.js';

const CLOSE_MS = 8_000;
/** How often it is looked at whether repeated jobs are still scheduled. */
const CHECK_MS = 5_000;
/** A repeated job that is due later, or overdue for longer, than this has been lost. */
const FAR_MS = 15_000;

/** What is used of a BullMQ queue, whatever it runs on. */
export interface QueueLike {
  add(name: string, data: unknown, options: object): Promise<unknown>;
  upsertJobScheduler(id: string, repeat: { every: number }, template: object): Promise<unknown>;
  getJobScheduler(id: string): Promise<{ readonly next?: number } | undefined>;
  removeJobScheduler(id: string): Promise<unknown>;
  getJobCounts(
    ...states: ('waiting' | 'delayed' | 'active' | 'failed')[]
  ): Promise<Record<string, number>>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}

/** What is used of a BullMQ worker. */
export interface WorkerLike {
  waitUntilReady(): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}

/** Makes queues and workers on one kind of store. */
export interface QueueBackend {
  queue(job: JobName): QueueLike;
  worker(job: JobName, run: (job: Job) => Promise<void>): WorkerLike;
  /** From now on lost connections are not made again. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

/** The job catalogue on BullMQ: one queue per job, made when it is first used. */
export class BullJobQueues implements JobQueues {
  readonly #backend: QueueBackend;
  readonly #log: BackboneLog;
  readonly #queues = new Map<JobName, QueueLike>();
  readonly #workers: WorkerLike[] = [];
  readonly #schedules = new Map<JobName, number>();
  #checks: NodeJS.Timeout | undefined;

  constructor(backend: QueueBackend, log: BackboneLog) {
    this.#backend = backend;
    this.#log = log;
  }

  async add(job: JobName, payload: unknown, options: AddOptions = {}): Promise<void> {
    const parsed = JOBS[job].schema.safeParse(payload);
    if (!parsed.success) {
      throw new RecloserError(
        'internal_error',
        `The payload of job "${job}" is not valid.`,
        {},
        parsed.error,
      );
    }
    await this.#queue(job).add(job, parsed.data, { ...jobOptions(job), ...addOptions(options) });
  }

  async every(job: JobName, everyMs: number): Promise<void> {
    await this.#schedule(job, everyMs);
    this.#schedules.set(job, everyMs);
    this.#checks ??= setInterval(() => void this.#checkSchedules(), CHECK_MS).unref();
  }

  async process(
    handlers: Readonly<Partial<Record<JobName, JobHandler>>>,
    onStart: JobStartListener = () => undefined,
  ): Promise<void> {
    const workers = JOB_NAMES.flatMap((name) => {
      const handler = handlers[name];
      if (handler === undefined) return [];
      const work = async (job: Job) => {
        if (job.attemptsStarted <= 1) onStart(name, waitedMs(job));
        await run(name, handler, job);
      };
      return [this.#backend.worker(name, work)];
    });
    this.#workers.push(...workers);
    for (const worker of workers) worker.on('error', (error) => this.#complain(error));
    await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  }

  async counts(): Promise<Readonly<Record<string, number>>> {
    const counts = await Promise.all(
      JOB_NAMES.map(async (name) => {
        const states = await this.#queue(name).getJobCounts(
          'waiting',
          'delayed',
          'active',
          'failed',
        );
        return Object.entries(states).map(([state, count]) => [`${name}.${state}`, count] as const);
      }),
    );
    return Object.fromEntries(counts.flat());
  }

  /** Waits for the jobs that run, for a bounded time: what is cut off is run again elsewhere. */
  async close(): Promise<void> {
    clearInterval(this.#checks);
    this.#schedules.clear();
    const closing = Promise.all(this.#workers.map((worker) => worker.close()))
      .then(() => Promise.all([...this.#queues.values()].map((queue) => queue.close())))
      .catch((error: unknown) => this.#log.warn({ err: error }, 'the job queues closed badly'));
    await Promise.all([
      this.#backend.leave(),
      withTimeout(closing, CLOSE_MS).catch(() => undefined),
    ]);
    await this.#backend.close();
  }

  #queue(job: JobName): QueueLike {
    const known = this.#queues.get(job);
    if (known) return known;
    const queue = this.#backend.queue(job);
    queue.on('error', (error) => this.#complain(error));
    this.#queues.set(job, queue);
    return queue;
  }

  async #schedule(job: JobName, everyMs: number): Promise<void> {
    const template = { name: job, data: {}, opts: jobOptions(job) };
    await this.#queue(job).upsertJobScheduler(job, { every: everyMs }, template);
  }

  /** A store that lost its memory has lost what repeats, too; and a clock that was wrong has put it far away. */
  async #checkSchedules(): Promise<void> {
    for (const [job, everyMs] of this.#schedules) {
      try {
        const found = await this.#queue(job).getJobScheduler(job);
        if (found?.next !== undefined && isNear(found.next, everyMs)) continue;
        if (found !== undefined) await this.#queue(job).removeJobScheduler(job);
        await this.#schedule(job, everyMs);
        this.#log.warn({ job }, 'a repeated job was gone and is scheduled anew');
      } catch (error) {
        this.#log.warn({ err: error, job }, 'it is not known whether a job is scheduled');
      }
    }
  }

  #complain(error: Error): void {
    this.#log.warn({ err: error }, 'the job queues have a problem');
  }
}

async function run(name: JobName, handler: JobHandler, job: Job): Promise<void> {
  const definition = JOBS[name];
  const parsed = definition.schema.safeParse(job.data);
  if (!parsed.success)
    throw new UnrecoverableError(`the payload is not valid: ${parsed.error.message}`);
  await withTimeout(handler(parsed.data), definition.timeoutMs);
}

/** By the clocks of the processes that added and took it. A repeated job's id ends with the time that it was due at. */
function waitedMs({ id, opts, repeatJobKey, timestamp, processedOn = Date.now() }: Job): number {
  const dueAt =
    repeatJobKey === undefined
      ? timestamp + (opts.delay ?? 0)
      : Number(id?.slice(id.lastIndexOf(':') + 1));
  return Math.max(0, processedOn - dueAt);
}

function isNear(next: number, everyMs: number): boolean {
  return Math.abs(next - Date.now()) < Math.max(FAR_MS, 3 * everyMs);
}

function jobOptions(name: JobName): object {
  const { attempts, backoffMs, keepCompleted, keepFailed } = JOBS[name];
  return {
    attempts,
    backoff: { type: 'exponential', delay: backoffMs },
    removeOnComplete: { count: keepCompleted },
    removeOnFail: { count: keepFailed },
  };
}

/** An urgent job must not be taken for one that waits for its time: delayed ones have ids of their own. */
function addOptions({ dedupeId, delayMs = 0 }: AddOptions): object {
  const id = delayMs > 0 ? `${dedupeId ?? ''}@later` : dedupeId;
  return {
    ...(delayMs > 0 ? { delay: delayMs } : {}),
    ...(dedupeId === undefined ? {} : { deduplication: { id, keepLastIfActive: true } }),
  };
}
