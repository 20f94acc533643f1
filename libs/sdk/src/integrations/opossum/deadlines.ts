import { monotonicClock } from '../../platform/node-clock.js';
import { inOwnContext } from '../../platform/own-context.js';
import { hold, isRealTime, release, soon, startTimer, stopTimer, type Timer } from './time.js';

/** Longer waits are none to Node, which then waits for 1 ms. */
const LONGEST_MS = 2 ** 31 - 1;

/** A call with a time limit. */
export interface Limited {
  /** Wall time, in ms. */
  dueAt: number;
  earlier: Limited | null;
  later: Limited | null;
  /** Its own, where it has one. */
  timer: Timer;
  /** Its time is up. */
  expire(): void;
}

/**
 * The time limits of one breaker's calls, behind one timer: to set and clear one for each call would take longer than all
 * the rest of it. Where a test has replaced the timers, each call has its own, as tests expect.
 */
export class Deadlines {
  #first: Limited | null = null;
  #last: Limited | null = null;
  #timer: Timer;
  /** For when the timer is set, and when it was, by both clocks. */
  #setFor = 0;
  #setAt = 0;
  #setAtMonotonic = 0;
  #isHeld = false;
  #isLooking = false;

  /** Calls `expire` `ms` after `startedAt`, which is now, unless the call is removed before. */
  add(call: Limited, ms: number, startedAt: number): void {
    if (!isRealTime() || !(ms >= 1 && ms <= LONGEST_MS)) {
      call.timer = startTimer(ms, () => call.expire());
      return;
    }
    const dueAt = (call.dueAt = startedAt + ms);
    let earlier = this.#last;
    // Nearly always the last one: programs seldom change the limit.
    while (earlier !== null && earlier.dueAt > dueAt) earlier = earlier.earlier;
    const later = earlier === null ? this.#first : earlier.later;
    call.earlier = earlier;
    call.later = later;
    if (earlier === null) this.#first = call;
    else earlier.later = call;
    if (later === null) this.#last = call;
    else later.earlier = call;
    this.#setBy(dueAt, startedAt);
  }

  remove(call: Limited): void {
    const { earlier, later, timer } = call;
    if (timer !== undefined) stopTimer(timer);
    if (call.dueAt === 0) return;
    call.dueAt = 0;
    call.earlier = call.later = null;
    if (earlier === null) this.#first = later;
    else earlier.later = later;
    if (later === null) this.#last = earlier;
    else later.earlier = earlier;
    if (this.#first === null && !this.#isLooking) this.#letGoSoon();
  }

  /** Sees to it that the timer fires at `at` or before, and keeps the process. */
  #setBy(at: number, now: number): void {
    if (this.#timer === undefined || at < this.#setFor) this.#set(at, now);
    else if (!this.#isHeld) this.#hold(this.#timer);
  }

  #set(at: number, now: number): void {
    stopTimer(this.#timer);
    const ms = at - now;
    this.#setFor = at;
    this.#setAt = now;
    this.#setAtMonotonic = monotonicClock();
    this.#isHeld = true;
    this.#timer = inOwnContext(() => startTimer(ms, () => this.#fire()));
  }

  #fire(): void {
    this.#timer = undefined;
    // Wall time may jump, and calls must not end by that.
    const passed = monotonicClock() - this.#setAtMonotonic;
    const now = Math.max(this.#setFor, this.#setAt + passed);
    let call = this.#first;
    while (call !== null && call.dueAt <= now) {
      this.remove(call);
      call.expire();
      call = this.#first;
    }
    if (call !== null) this.#setBy(call.dueAt, now);
  }

  #hold(timer: NonNullable<Timer>): void {
    this.#isHeld = true;
    hold(timer);
  }

  /** Without calls the timer must not keep the process; calls that follow at once need it again. */
  #letGoSoon(): void {
    this.#isLooking = true;
    inOwnContext(() =>
      soon(() => {
        this.#isLooking = false;
        if (this.#first !== null || this.#timer === undefined) return;
        this.#isHeld = false;
        release(this.#timer);
      }),
    );
  }
}
