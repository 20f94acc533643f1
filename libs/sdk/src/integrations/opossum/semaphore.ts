/** The places of a breaker's calls. */
export class Semaphore {
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** How many are free. */
  get count(): number {
    return this.#free;
  }

  /** Takes a place; false when none is free. */
  readonly test = (): boolean => {
    if (this.#free < 1) return false;
    this.#free -= 1;
    return true;
  };

  readonly release = (): void => {
    this.#free += 1;
  };
}
