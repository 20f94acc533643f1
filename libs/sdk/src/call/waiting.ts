import { type Timeline } from '../process/timeline.js';
import { reasonOf } from './follow.js';

/** Resolves with true after `ms`; rejects with the signal's reason when that aborts before. */
export function wait(
  timeline: Timeline,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<true> {
  return new Promise((resolve, reject) => {
    const cancel = timeline.after(ms, () => {
      forget();
      resolve(true);
    });
    const forget = onAbort(signal, (reason) => {
      cancel();
      reject(reason);
    });
  });
}

/** Calls `run` with the reason once the signal aborts; returns what ends this. */
export function onAbort(signal: AbortSignal | undefined, run: (reason: Error) => void): () => void {
  if (signal === undefined) return () => undefined;
  const listener = (): void => run(reasonOf(signal));
  if (signal.aborted) void Promise.resolve().then(listener);
  else signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}
