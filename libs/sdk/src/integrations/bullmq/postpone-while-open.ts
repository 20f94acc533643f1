import { type CircuitOpenError, isCircuitOpen } from '../../errors.js';
import { wallClock } from '../../platform/node-clock.js';
import { nodeSystem } from '../../platform/node-system.js';
import { read } from '../../signals/read.js';

/** What is used of a BullMQ job. */
export interface PostponableJob {
  moveToDelayed(timestamp: number, token?: string): Promise<void>;
}

/** What is used of a BullMQ worker. */
export interface PausableWorker {
  pause(doNotWaitActive?: boolean): Promise<void>;
  resume(): unknown;
}

export interface PostponeOptions {
  /** The shortest time until a job is tried again. Milliseconds. Default: 1,000. */
  readonly minDelayMs?: number;
  /** The longest time until a job is tried again. Milliseconds. Default: 30,000. */
  readonly maxDelayMs?: number;
  /**
   * The worker that runs the processor. While a breaker is open for everybody, it takes no jobs, so that a long queue is not
   * turned over job by job. Default: none is paused.
   */
  readonly worker?: () => PausableWorker | undefined;
}

export type Processor<J, A extends readonly unknown[], R> = (
  job: J,
  token?: string,
  ...rest: A
) => Promise<R>;

/** How far down the causes of an error a rejection is looked for. */
const CAUSES = 5;

/**
 * A BullMQ processor whose jobs wait while a breaker rejects their calls, and do not fail: a job that ends with a
 * `CircuitOpenError` is delayed until the breaker may have changed, and keeps its attempts. The delayed job runs again
 * from its beginning.
 */
export function postponeWhileOpen<J extends PostponableJob, A extends readonly unknown[], R>(
  processor: Processor<J, A, R>,
  options: PostponeOptions = {},
): Processor<J, A, R> {
  const { minDelayMs = 1_000, maxDelayMs = 30_000 } = options;
  const pause = new Pause(options.worker);
  return async (job, token, ...rest) => {
    try {
      return await processor(job, token, ...rest);
    } catch (error) {
      const rejection = rejectionIn(error);
      // Without its lock a job cannot be moved.
      if (rejection === undefined || token === undefined) throw error;
      const changesInMs = rejection.retryAfterMs ?? minDelayMs;
      const delayMs = Math.min(maxDelayMs, Math.max(minDelayMs, changesInMs));
      await job.moveToDelayed(wallClock() + delayMs, token);
      if (rejection.state === 'open' || rejection.state === 'probing') pause.begin(delayMs);
      throw new DelayedError(rejection);
    }
  };
}

/** BullMQ knows a job that was moved by the name of what its processor throws. */
class DelayedError extends Error {
  override readonly name = 'DelayedError';

  constructor(cause: CircuitOpenError) {
    super(`The job waits: ${cause.message}`, { cause });
  }
}

/** Pauses a worker, once at a time. */
class Pause {
  readonly #worker: PostponeOptions['worker'];
  #isOn = false;

  constructor(worker: PostponeOptions['worker']) {
    this.#worker = worker;
  }

  begin(ms: number): void {
    const worker = this.#worker?.();
    if (worker === undefined || this.#isOn) return;
    this.#isOn = true;
    const end = (): void => {
      this.#isOn = false;
      // One that was closed meanwhile does not resume.
      void Promise.resolve(worker.resume()).catch(() => undefined);
    };
    worker.pause(true).then(() => {
      nodeSystem().setTimer(end, ms).unref();
    }, end);
  }
}

function rejectionIn(error: unknown): CircuitOpenError | undefined {
  let cause = error;
  for (let depth = 0; depth < CAUSES; depth += 1) {
    if (isCircuitOpen(cause)) return cause;
    cause = read(cause, 'cause');
  }
  return undefined;
}
