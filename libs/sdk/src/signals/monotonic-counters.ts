/** Counters that never decrease, as metrics require. A call counted as stalled may later take its failure back. */
export class MonotonicCounters {
  readonly #highest = new Map<string, number>();

  of(name: string, value: number): number {
    const highest = Math.max(value, this.#highest.get(name) ?? 0);
    this.#highest.set(name, highest);
    return highest;
  }
}
