/**
 * Lets one change of an environment begin when the one before has ended. The database would have them wait for the environment's
 * lock, each with a connection that others need, and would refuse those that wait for long.
 */
export class EnvironmentTurns {
  readonly #last = new Map<string, Promise<void>>();

  /** Runs `work` in its turn. Rejects with what it throws; the next one begins all the same. */
  async run<T>(environmentId: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(environmentId);
    let end = (): void => undefined;
    const own = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#last.set(environmentId, own);
    await before;
    try {
      return await work();
    } finally {
      end();
      if (this.#last.get(environmentId) === own) this.#last.delete(environmentId);
    }
  }
}
