const STILL_MS = 60_000;
const WORD_MS = 10_000;

export interface PatienceOptions {
  /** Called every ten seconds with how long it has taken, in seconds. */
  readonly say: (seconds: number) => void;
  /** Something that differs from before whenever there was progress. */
  readonly progress: () => string;
  /** Without progress for so long, it gives up, in ms. Default 60,000. */
  readonly stillMs?: number;
  /** A monotonic clock, in ms. */
  readonly now?: () => number;
}

/** Decides how long to wait for what takes as long as the machine is slow: while there is progress. */
export class Patience {
  readonly #options: PatienceOptions;
  readonly #now: () => number;
  readonly #begin: number;
  #mark: string;
  #movedAt: number;
  #saidAt: number;

  constructor(options: PatienceOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#begin = this.#now();
    this.#movedAt = this.#begin;
    this.#saidAt = this.#begin;
    this.#mark = options.progress();
  }

  /** False once nothing has moved for too long. */
  isLeft(): boolean {
    const now = this.#now();
    const mark = this.#options.progress();
    if (mark !== this.#mark) {
      this.#mark = mark;
      this.#movedAt = now;
    }
    if (now - this.#saidAt >= WORD_MS) {
      this.#saidAt = now;
      this.#options.say(Math.round((now - this.#begin) / 1_000));
    }
    return now - this.#movedAt < (this.#options.stillMs ?? STILL_MS);
  }
}
