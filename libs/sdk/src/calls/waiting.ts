import { type Scheduler } from '../platform/scheduler.js';
import { onAbort, reasonOf } from './follow.js';

/** Resolves with true after `ms`; rejects with the signal's reason when that aborts before. */
export function wait(
  scheduler: Scheduler,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<true> {
  return new Promise((resolve, reject) => {
    const cancel = scheduler.after(ms, () => {
      forget();
      resolve(true);
    });
    const forget = whenLeft(signal, (reason) => {
      cancel();
      reject(reason);
    });
  });
}

/** Calls `run` with the reason once a caller's signal aborts, or soon when it has; returns what ends this. */
export function whenLeft(
  signal: AbortSignal | undefined,
  run: (reason: Error) => void,
): () => void {
  if (signal === undefined) return () => undefined;
  const leave = (): void => run(reasonOf(signal));
  if (signal.aborted) void Promise.resolve().then(leave);
  return onAbort(signal, leave);
}
