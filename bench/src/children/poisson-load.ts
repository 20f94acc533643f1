const TICK_MS = 10;
/** A process that was held up does not make all calls of that time at once. */
const MOST_MS = 1_000;

/** Calls that come by chance, at a steady mean rate and whether or not the last one was answered, as those of users do. */
export class PoissonLoad {
  readonly #timer: NodeJS.Timeout;
  #nextAt = 0;

  /** Begins at once. `random` gives 0 ≤ x < 1. */
  constructor(callsPerSecond: number, call: () => void, random: () => number = Math.random) {
    const gap = (): number => (-Math.log(1 - random()) * 1_000) / callsPerSecond;
    this.#nextAt = performance.now() + gap();
    this.#timer = setInterval(() => {
      const now = performance.now();
      this.#nextAt = Math.max(this.#nextAt, now - MOST_MS);
      for (; this.#nextAt <= now; this.#nextAt += gap()) call();
    }, TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
