import { BUCKET_MS } from '@recloser/core';
import { type ScheduledTask, type Scheduler } from '../platform/scheduler.js';

const TICK_MS = 10;

/** Calls that began in one tick, as the coarse clock sees them. Times are monotonic ms. */
export interface TimedBatch {
  readonly inFlight: number;
  startedAt: number;
  /** Infinity until no more calls can join. */
  sealedAt: number;
  /** For how long the event loop was blocked since. */
  lagMs: number;
  /** Its calls in flight were counted as failed already. */
  readonly stalled: boolean;
  readonly stallMs: number;
  readonly timeoutMs: number;
  belongsTo(owner: object): boolean;
  /** Gives up the calls that are still in flight, after so many ms. */
  expire(elapsedMs: number): void;
  stall(now: number): void;
}

/**
 * A coarse clock that runs only while calls are in flight. Each tick it checks the deadlines and stalls of whole
 * batches.
 */
export class CoarseClock {
  /** Monotonic ms, at most a tick old while running. */
  now = 0;
  /** Absolute index of the 250 ms bucket of `now`. */
  bucket = 0;
  /** Changes with every tick, also when the clock stops: a batch of another tick takes no more calls. */
  tick = 0;
  readonly #scheduler: Scheduler;
  readonly #task: ScheduledTask;
  #batches: TimedBatch[] = [];
  #running = false;
  #touched = false;
  #holding = false;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
    this.#task = scheduler.task((now) => this.#onTick(now));
    scheduler.onLag((lagMs, now) => this.#lag(lagMs, now));
  }

  /** The coarse time; starts the clock when it is not running. */
  fresh(): number {
    this.#touched = true;
    if (!this.#running) this.#start();
    return this.now;
  }

  /** Watches a batch from now on; returns its start, monotonic ms. */
  enter(batch: TimedBatch): number {
    const now = this.fresh();
    this.#batches.push(batch);
    if (batch.timeoutMs !== Infinity && !this.#holding) {
      // A process that has nothing left but a call with a timeout must live to see it.
      this.#holding = true;
      this.#scheduler.hold();
    }
    return now;
  }

  get batches(): readonly TimedBatch[] {
    return this.#batches;
  }

  #start(): void {
    this.#running = true;
    this.#set(this.#scheduler.now());
    this.#scheduler.schedule(this.#task, this.now + TICK_MS);
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
    for (const batch of this.#batches) {
      if (batch.sealedAt === Infinity) {
        batch.startedAt = now;
        batch.sealedAt = now;
      } else {
        batch.lagMs += lagMs;
      }
    }
  }

  #onTick(now: number): void {
    this.#set(now);
    let kept = 0;
    let holding = false;
    for (const batch of this.#batches) {
      if (batch.inFlight === 0) continue;
      if (!this.#watch(batch, now)) continue;
      this.#batches[kept] = batch;
      kept += 1;
      holding ||= batch.timeoutMs !== Infinity;
    }
    this.#batches.length = kept;
    if (this.#holding && !holding) {
      this.#holding = false;
      this.#scheduler.release();
    }
    if (kept === 0 && !this.#touched) {
      this.#running = false;
      this.tick += 1;
      return;
    }
    this.#touched = false;
    this.#scheduler.schedule(this.#task, now + TICK_MS);
  }

  /** False when there is nothing more to look after. */
  #watch(batch: TimedBatch, now: number): boolean {
    if (batch.sealedAt === Infinity) batch.sealedAt = now;
    const elapsed = now - batch.sealedAt;
    const { timeoutMs } = batch;
    if (elapsed >= timeoutMs) {
      batch.expire(elapsed);
      return false;
    }
    if (!batch.stalled && elapsed - batch.lagMs >= batch.stallMs) batch.stall(now);
    return !batch.stalled || timeoutMs !== Infinity;
  }
}
