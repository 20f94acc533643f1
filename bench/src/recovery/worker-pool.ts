/** What waits for a worker. */
export interface Job {
  readonly at: number;
  readonly costMs: () => number;
  readonly done: () => void;
}

/**
 * Workers that take what waits longest. Their time is reckoned, not slept: a machine that is busy with something else makes
 * an answer late, but the pool no slower.
 */
export class WorkerPool {
  readonly #freeAt: number[];
  readonly #limit: number;
  readonly #running: { readonly endsAt: number; readonly done: () => void }[] = [];
  #waiting: Job[] = [];

  constructor(workers: number, limit: number) {
    this.#freeAt = Array.from({ length: workers }, () => 0);
    this.#limit = limit;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** False when the queue is full. */
  offer(job: Job): boolean {
    if (this.#waiting.length >= this.#limit) return false;
    this.#waiting.push(job);
    return true;
  }

  /** Lets everything happen that is due by `now`. */
  advance(now: number): void {
    let taken = 0;
    for (const job of this.#waiting) {
      const worker = this.#freest();
      const startsAt = Math.max(this.#freeAt[worker] ?? 0, job.at);
      if (startsAt > now) break;
      const endsAt = startsAt + job.costMs();
      this.#freeAt[worker] = endsAt;
      this.#running.push({ endsAt, done: job.done });
      taken += 1;
    }
    if (taken > 0) this.#waiting = this.#waiting.slice(taken);
    for (let i = this.#running.length - 1; i >= 0; i -= 1) {
      const job = this.#running[i];
      if (job === undefined || job.endsAt > now) continue;
      this.#running.splice(i, 1);
      job.done();
    }
  }

  #freest(): number {
    let best = 0;
    for (const [worker, at] of this.#freeAt.entries()) {
      if (at < (this.#freeAt[best] ?? 0)) best = worker;
    }
    return best;
  }
}
