import { type Protected } from '../calls/run.js';

/**
 * Wraps the function of one call, which then gets the number of the attempt besides the signal: 1 for the first. Wrap it anew for
 * each call.
 */
export function withAttempt<T>(
  fn: (signal: AbortSignal, attempt: number) => T | PromiseLike<T>,
): Protected<T> {
  let attempt = 0;
  return (signal) => fn(signal, (attempt += 1));
}
