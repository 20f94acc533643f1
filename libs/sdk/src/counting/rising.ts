/** Counters that only grow, as metrics want them: a call that was counted as stalled may take its failure back. */
export class MonotonicCounters {
  readonly #highest = new Map<string, number>();

  of(name: string, value: number): number {
    const highest = Math.max(value, this.#highest.get(name) ?? 0);
    this.#highest.set(name, highest);
    return highest;
  }
}
