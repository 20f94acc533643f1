import { performance } from 'node:perf_hooks';
import timers from 'node:timers';
import { type System, type SystemTimer } from './system.js';

/** No real timer fires so much before its time. */
const EARLY_MS = 2;
/** How soon the end of a test's fake time is noticed. */
const LOOK_MS = 10;
const real = { ...timers };

/** The clock of Jest, Vitest and Sinon, as it stands on every function that it has replaced. */
interface FakeClock {
  readonly now: number;
  /** Elapsed time: goes on when the date is set to another one. */
  readonly hrtime?: () => readonly [seconds: number, nanoseconds: number];
}

/** In jsdom a timer is a number, which keeps no process. */
interface Timer {
  ref?(): unknown;
  unref?(): unknown;
}

/**
 * The time of this process, and every timer of the SDK. The fake timers of Jest, Vitest, Sinon and `node:test` are
 * followed while they are installed. Time goes on from where it was when they come and when they go.
 */
export function nodeClock(): Pick<System, 'now' | 'setTimer'> {
  let source: object | null = null;
  let offset = 0;
  let last = 0;
  /** While a fake timer runs: when it was due, as some tests jump to where they want to be before they run any. */
  let held: number | null = null;

  const read = (): number => {
    const clock = fakeClock();
    const time = timeOf(clock);
    if (clock !== source || time + offset < last) offset = last - time;
    source = clock;
    // Rounding may take a last digit away.
    return (last = Math.max(last, time + offset));
  };
  const now = (): number => held ?? read();

  const setTimer = (run: () => void, ms: number): SystemTimer => {
    const due = now() + ms;
    const wait = Math.max(0, due - read());
    const from = source;
    const { setTimeout, clearTimeout } = from === null ? timers : globalThis;
    let pending = true;
    const fire = (): void => {
      real.clearTimeout(look);
      if (!pending) return;
      pending = false;
      const early = due - read();
      const isFrom = source === from;
      // A clock that stands still while timers fire, as some tests have it, goes on with them.
      if (isFrom && (early > EARLY_MS || early === wait)) offset += early;
      held = isFrom && from !== null ? Math.min(due, read()) : null;
      try {
        run();
      } finally {
        held = null;
      }
    };
    const timer: Timer = setTimeout(fire, wait);
    const clear = (): void => {
      pending = false;
      real.clearTimeout(look);
      // Fake timers that are gone may take it for one of others.
      if (from === null || fakeClock() === from) clearTimeout(timer as NodeJS.Timeout);
    };
    let look: NodeJS.Timeout | undefined;
    const lookOut = (): void => {
      if (fakeClock() === from) look = real.setTimeout(lookOut, LOOK_MS).unref();
      else fire();
    };
    timer.unref?.();
    if (from !== null) lookOut();
    return { clear, ref: () => void timer.ref?.(), unref: () => void timer.unref?.() };
  };
  return { now, setTimer };
}

/** What stands in for time; null: nothing. */
function fakeClock(): FakeClock | DateConstructor | null {
  // A test environment that was torn down has none.
  const timer = globalThis.setTimeout as { readonly clock?: FakeClock } | undefined;
  return timer?.clock ?? ('isMock' in Date ? Date : null);
}

function timeOf(clock: FakeClock | DateConstructor | null): number {
  if (clock === null) return performance.now();
  if (clock === Date) return Date.now();
  const fake = clock as FakeClock;
  if (fake.hrtime === undefined) return fake.now;
  const [seconds, nanoseconds] = fake.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

/** Elapsed time of this process in ms, whatever a test has replaced. */
export function monotonicClock(): number {
  return performance.now();
}

/** Milliseconds since the epoch: for dates that another system compares with its own, never for durations. */
export function wallClock(): number {
  return Date.now();
}
