import { inOwnContext } from './own-context.js';
import { type System, type SystemTimer } from './system.js';

/** A timer that fires this much too late means that the event loop was blocked. */
const LATE_MS = 20;
/** Timers take no more; a longer wait is one of several. */
const LONGEST_MS = 2 ** 31 - 1;

/** Something to do at a time; at most one run is pending. */
export class Task {
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
export class Timeline {
  readonly #system: Pick<System, 'now' | 'setTimer'>;
  readonly #tasks: Task[] = [];
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

  task(run: (now: number) => void): Task {
    const task = new Task(run);
    this.#tasks.push(task);
    return task;
  }

  /** Runs the task at `at` instead of whenever it was due. */
  schedule(task: Task, at: number): void {
    task.at = at;
    if (!this.#firing && at < this.#armedFor) this.#arm(this.#system.now());
  }

  /** Runs the task at `at` or earlier. */
  hasten(task: Task, at: number): void {
    if (at < task.at) this.schedule(task, at);
  }

  cancel(task: Task): void {
    task.at = Infinity;
  }

  /** Ends a task that is no longer needed. */
  drop(task: Task): void {
    task.at = Infinity;
    const index = this.#tasks.indexOf(task);
    if (index >= 0) this.#tasks.splice(index, 1);
  }

  has(task: Task): boolean {
    return this.#tasks.includes(task);
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

  /** Resolves with what `begin` calls back, or with false after `ms`. The process lives that long. */
  within(ms: number, begin: (done: (value: boolean) => void) => () => void): Promise<boolean> {
    return new Promise((resolve) => {
      let cancel = (): void => undefined;
      const end = (value: boolean): void => {
        if (!this.has(task)) return;
        this.drop(task);
        this.release();
        cancel();
        resolve(value);
      };
      const task = this.task(() => end(false));
      this.hold();
      this.schedule(task, this.now() + Math.max(0, ms));
      cancel = begin(end);
    });
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
  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#onFailure(error);
    }
  }

  #fire(): void {
    const due = this.#armedFor;
    this.#armedFor = Infinity;
    this.#guard(() => this.#runDue(due));
  }

  #runDue(due: number): void {
    const now = this.#system.now();
    const lateBy = now - due;
    if (lateBy >= LATE_MS && !this.#gaveTurn) {
      this.#gaveTurn = true;
      for (const listener of this.#lagListeners) this.#guard(() => listener(lateBy, now));
      // One more turn of the loop: timers come before arrived input in it.
      this.#set(now, now);
      return;
    }
    this.#gaveTurn = false;
    this.#firing = true;
    for (const task of [...this.#tasks]) {
      if (task.at > now) continue;
      task.at = Infinity;
      this.#guard(() => task.run(now));
    }
    this.#firing = false;
    this.#arm(this.#system.now());
  }
}
