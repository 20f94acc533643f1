import { BUCKET_MS } from '@recloser/core';
import { type Task, type Timeline } from '../process/timeline.js';

const TICK_MS = 10;

/** Calls that began together, as far as the pulse looks after them. Times are monotonic ms. */
export interface Watched {
  readonly inFlight: number;
  startedAt: number;
  /** Infinity until no more calls can join. */
  sealedAt: number;
  /** For how long the event loop was blocked since. */
  lagMs: number;
  /** Its calls in flight were counted as failed already. */
  readonly stalled: boolean;
  readonly stallMs: number;
  readonly traits: { readonly timeoutMs: number };
  belongsTo(owner: object): boolean;
  expire(): void;
  stall(now: number): void;
}

/**
 * A coarse clock that runs only while calls are in flight, and looks after them: deadlines and stalls are checked once
 * per tick for all calls of a wave together.
 */
export class Pulse {
  /** Monotonic ms, at most a tick old while running. */
  now = 0;
  /** Absolute index of the 250 ms bucket of `now`. */
  bucket = 0;
  /** Changes with every tick, also when the clock stops: a wave of another tick takes no more calls. */
  tick = 0;
  readonly #timeline: Timeline;
  readonly #task: Task;
  #waves: Watched[] = [];
  #running = false;
  #touched = false;
  #holding = false;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
    this.#task = timeline.task((now) => this.#beat(now));
    timeline.onLag((lagMs, now) => this.#lag(lagMs, now));
  }

  /** The coarse time; starts the clock when it is not running. */
  fresh(): number {
    this.#touched = true;
    if (!this.#running) this.#start();
    return this.now;
  }

  /** Looks after a wave from now on; returns when it starts. */
  enter(wave: Watched): number {
    const now = this.fresh();
    this.#waves.push(wave);
    if (wave.traits.timeoutMs !== Infinity && !this.#holding) {
      // A process that has nothing left but a call with a timeout must live to see it.
      this.#holding = true;
      this.#timeline.hold();
    }
    return now;
  }

  get waves(): readonly Watched[] {
    return this.#waves;
  }

  #start(): void {
    this.#running = true;
    this.#set(this.#timeline.now());
    this.#timeline.schedule(this.#task, this.now + TICK_MS);
  }

  #set(now: number): void {
    this.now = now;
    this.bucket = Math.floor(now / BUCKET_MS);
    this.tick += 1;
  }

  /** Calls that began since the last tick may have done so after the loop was blocked; the others waited through it. */
  #lag(lagMs: number, now: number): void {
    if (!this.#running) return;
    this.#set(now);
    for (const wave of this.#waves) {
      if (wave.sealedAt === Infinity) {
        wave.startedAt = now;
        wave.sealedAt = now;
      } else {
        wave.lagMs += lagMs;
      }
    }
  }

  #beat(now: number): void {
    this.#set(now);
    let kept = 0;
    let holding = false;
    for (const wave of this.#waves) {
      if (wave.inFlight === 0) continue;
      if (!this.#watch(wave, now)) continue;
      this.#waves[kept] = wave;
      kept += 1;
      holding ||= wave.traits.timeoutMs !== Infinity;
    }
    this.#waves.length = kept;
    if (this.#holding && !holding) {
      this.#holding = false;
      this.#timeline.release();
    }
    if (kept === 0 && !this.#touched) {
      this.#running = false;
      this.tick += 1;
      return;
    }
    this.#touched = false;
    this.#timeline.schedule(this.#task, now + TICK_MS);
  }

  /** False when there is nothing more to look after. */
  #watch(wave: Watched, now: number): boolean {
    if (wave.sealedAt === Infinity) wave.sealedAt = now;
    const elapsed = now - wave.sealedAt;
    const { timeoutMs } = wave.traits;
    if (elapsed >= timeoutMs) {
      wave.expire();
      return false;
    }
    if (!wave.stalled && elapsed - wave.lagMs >= wave.stallMs) wave.stall(now);
    return !wave.stalled || timeoutMs !== Infinity;
  }
}
