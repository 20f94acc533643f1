import { inOwnContext } from './own-context.js';
import { type System, type SystemTimer } from './system.js';

/** A timer that fires this much too late means that the event loop was blocked. */
const LATE_MS = 20;
/** Timers take no more; a longer wait is one of several. */
const LONGEST_MS = 2 ** 31 - 1;

/** Something to do at a time; at most one run is pending. */
export class ScheduledTask {
  /** Monotonic milliseconds; Infinity while nothing is due. */
  at = Infinity;
  readonly run: (now: number) => void;

  constructor(run: (now: number) => void) {
    this.run = run;
  }
}

/**
 * The SDK's one timer. When it fires late because the event loop was blocked, it first lets the responses that have
 * arrived meanwhile have their turn, and only then runs what is due.
 */
export class Scheduler {
  readonly #system: Pick<System, 'now' | 'setTimer'>;
  readonly #tasks = new Set<ScheduledTask>();
  readonly #lagListeners: ((lagMs: number, now: number) => void)[] = [];
  readonly #onFailure: (error: unknown) => void;
  #timer: SystemTimer | null = null;
  #armedFor = Infinity;
  #gaveTurn = false;
  #firing = false;
  #holds = 0;

  constructor(system: Pick<System, 'now' | 'setTimer'>, onFailure: (error: unknown) => void) {
    this.#system = system;
    this.#onFailure = onFailure;
  }

  now(): number {
    return this.#system.now();
  }

  task(run: (now: number) => void): ScheduledTask {
    const task = new ScheduledTask(run);
    this.#tasks.add(task);
    return task;
  }

  /** Runs the task at `at` instead of whenever it was due. */
  schedule(task: ScheduledTask, at: number): void {
    task.at = at;
    if (!this.#firing && at < this.#armedFor) this.#arm(this.#system.now());
  }

  /** Runs the task at `at` or earlier. */
  runBy(task: ScheduledTask, at: number): void {
    if (at < task.at) this.schedule(task, at);
  }

  cancel(task: ScheduledTask): void {
    task.at = Infinity;
  }

  /** Ends a task that is no longer needed. False when it has ended before. */
  drop(task: ScheduledTask): boolean {
    task.at = Infinity;
    return this.#tasks.delete(task);
  }

  /** Runs `run` once in `ms`; returns what ends this before. The process lives that long. */
  after(ms: number, run: () => void): () => void {
    const end = (): void => {
      if (this.drop(task)) this.release();
    };
    const task = this.task(() => {
      end();
      run();
    });
    this.hold();
    this.schedule(task, this.now() + ms);
    return end;
  }

  onLag(listener: (lagMs: number, now: number) => void): void {
    this.#lagListeners.push(listener);
  }

  /** While held, the pending timer keeps the process alive. */
  hold(): void {
    this.#holds += 1;
    if (this.#holds === 1) this.#timer?.ref();
  }

  release(): void {
    this.#holds -= 1;
    if (this.#holds === 0) this.#timer?.unref();
  }

  #arm(now: number): void {
    let next = Infinity;
    for (const task of this.#tasks) if (task.at < next) next = task.at;
    this.#set(next, now);
  }

  #set(at: number, now: number): void {
    this.#timer?.clear();
    this.#timer = null;
    this.#armedFor = at;
    if (at === Infinity) return;
    const ms = Math.min(LONGEST_MS, Math.max(1, Math.ceil(at - now)));
    this.#timer = inOwnContext(() =>
      this.#system.setTimer(() => inOwnContext(() => this.#fire()), ms),
    );
    if (this.#holds > 0) this.#timer.ref();
  }

  /** Nothing of ours may end the process. */
  #runSafely(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#onFailure(error);
    }
  }

  #fire(): void {
    const due = this.#armedFor;
    this.#armedFor = Infinity;
    this.#runSafely(() => this.#runDue(due));
  }

  #runDue(due: number): void {
    const now = this.#system.now();
    const lateBy = now - due;
    if (lateBy >= LATE_MS && !this.#gaveTurn) {
      this.#gaveTurn = true;
      for (const listener of this.#lagListeners) this.#runSafely(() => listener(lateBy, now));
      // One more turn of the loop: timers come before arrived input in it.
      this.#set(now, now);
      return;
    }
    this.#gaveTurn = false;
    this.#firing = true;
    for (const task of [...this.#tasks]) {
      if (task.at > now) continue;
      task.at = Infinity;
      this.#runSafely(() => task.run(now));
    }
    this.#firing = false;
    this.#arm(this.#system.now());
  }
}
