/** Wall time and timers as the program has them, so that its tests may replace them. */
export const now = (): number => globalThis.Date.now();

export type Timer = NodeJS.Timeout | undefined;

export function startTimer(ms: number, run: () => void): NodeJS.Timeout {
  return globalThis.setTimeout(run, ms);
}

export function stopTimer(timer: Timer): void {
  globalThis.clearTimeout(timer);
}

/** A timer that keeps no process alive. */
export function later(ms: number, run: () => void): NodeJS.Timeout {
  return released(startTimer(ms, run));
}

/** As `later`, again and again. */
export function every(ms: number, run: () => void): NodeJS.Timeout {
  return released(globalThis.setInterval(run, ms));
}

export function stopEvery(timer: Timer): void {
  globalThis.clearInterval(timer);
}

/** In jsdom a timer is a number, which keeps no process. */
interface Released {
  unref?(): unknown;
}

function released<T extends Released>(timer: T): T {
  timer.unref?.();
  return timer;
}
