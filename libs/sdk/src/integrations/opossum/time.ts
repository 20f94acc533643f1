import timers from 'node:timers';

/** Wall time and timers as the program has them, so that its tests may replace them. */
export const now = (): number => globalThis.Date.now();

export type Timer = NodeJS.Timeout | undefined;

const { setTimeout: realSetTimeout, setImmediate: realSetImmediate } = timers;

/** False while a test has replaced the timers. */
export function isRealTime(): boolean {
  return globalThis.setTimeout === realSetTimeout;
}

/** Runs once this turn of the event loop is over. */
export function soon(run: () => void): void {
  realSetImmediate(run);
}

export function startTimer(ms: number, run: () => void): NodeJS.Timeout {
  return globalThis.setTimeout(run, ms);
}

export function stopTimer(timer: Timer): void {
  globalThis.clearTimeout(timer);
}

/** A timer that keeps no process alive. */
export function later(ms: number, run: () => void): NodeJS.Timeout {
  return release(startTimer(ms, run));
}

/** As `later`, again and again. */
export function every(ms: number, run: () => void): NodeJS.Timeout {
  return release(globalThis.setInterval(run, ms));
}

export function stopEvery(timer: Timer): void {
  globalThis.clearInterval(timer);
}

/** In jsdom a timer is a number, which keeps no process. */
interface Held {
  ref?(): unknown;
  unref?(): unknown;
}

/** Lets a process end that has nothing left but this timer. */
export function release<T extends Held>(timer: T): T {
  timer.unref?.();
  return timer;
}

/** Undoes `release`. */
export function hold(timer: Held): void {
  timer.ref?.();
}
