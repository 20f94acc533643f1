import { type Task, type Timeline } from '../process/timeline.js';

interface Alarm {
  /** Monotonic ms. */
  readonly at: number;
  readonly run: () => void;
}

/** Wakes calls that wait: in a queue, or for their next attempt. All on one task of the SDK's one timer. */
export class Alarms {
  readonly #timeline: Timeline;
  readonly #task: Task;
  readonly #pending = new Set<Alarm>();

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
    this.#task = timeline.task((now) => this.#ring(now));
  }

  /** Runs `run` in `ms`; returns what ends this before. The process lives that long. */
  after(ms: number, run: () => void): () => void {
    const timeline = this.#timeline;
    const alarm = { at: timeline.now() + ms, run };
    if (this.#pending.size === 0) timeline.hold();
    this.#pending.add(alarm);
    timeline.hasten(this.#task, alarm.at);
    return () => this.#drop(alarm);
  }

  /** Resolves with true after `ms`; rejects with the signal's reason when that aborts before. */
  wait(ms: number, signal: AbortSignal | undefined): Promise<true> {
    return new Promise((resolve, reject) => {
      const cancel = this.after(ms, () => {
        forget();
        resolve(true);
      });
      const forget = onAbort(signal, (reason) => {
        cancel();
        reject(reason);
      });
    });
  }

  #ring(now: number): void {
    let next = Infinity;
    for (const alarm of this.#pending) {
      if (alarm.at > now) {
        next = Math.min(next, alarm.at);
      } else {
        this.#drop(alarm);
        alarm.run();
      }
    }
    this.#timeline.hasten(this.#task, next);
  }

  #drop(alarm: Alarm): void {
    if (this.#pending.delete(alarm) && this.#pending.size === 0) this.#timeline.release();
  }
}

/** Calls `run` with the reason once the signal aborts; returns what ends this. */
export function onAbort(signal: AbortSignal | undefined, run: (reason: Error) => void): () => void {
  const listener = (): void => run(signal?.reason as Error);
  if (signal?.aborted === true) void Promise.resolve().then(listener);
  else signal?.addEventListener('abort', listener, { once: true });
  return () => signal?.removeEventListener('abort', listener);
}
