/** Runs `work` again and again, never twice at once, and a last time when it is stopped. `work` never rejects. */
export class IntervalRunner {
  readonly #work: () => Promise<void>;
  readonly #everyMs: number;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;

  constructor(everyMs: number, work: () => Promise<void>) {
    this.#everyMs = everyMs;
    this.#work = work;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#running ??= this.#work().finally(() => {
        this.#running = null;
      });
    }, this.#everyMs);
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.#running;
    await this.#work();
  }
}
