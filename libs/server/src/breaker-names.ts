/** The label of all breakers that have no name of their own in the metrics. */
export const OTHER_BREAKERS = '(others)';

/** Bounds how many breakers the metrics name: the first ones keep their names, later ones count among the others. */
export class BreakerNames {
  readonly #limit: number;
  readonly #named = new Set<string>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The breaker's key, or `OTHER_BREAKERS` when no place is left. `environment` is any id of its environment. */
  nameOf(environment: string, breaker: string): string {
    // A breaker of that very name would stand there twice.
    if (breaker === OTHER_BREAKERS) return OTHER_BREAKERS;
    const id = `${environment}\n${breaker}`;
    if (!this.#named.has(id)) {
      if (this.#named.size >= this.#limit) return OTHER_BREAKERS;
      this.#named.add(id);
    }
    return breaker;
  }

  /** Gives back the places of breakers that are gone. */
  keep(exists: (environment: string, breaker: string) => boolean): void {
    for (const id of this.#named) {
      const end = id.indexOf('\n');
      if (!exists(id.slice(0, end), id.slice(end + 1))) this.#named.delete(id);
    }
  }
}
