/** What the instances of one SDK key say. */
interface Vote {
  reporting: number;
  failing: number;
}

/**
 * Counts failing instances so that one key cannot outvote the others: where several keys report, the share of a key's instances
 * that counts is at most twice the share that fails under all other keys, and one instance. A key that leaked can invent
 * instances, but nobody else confirms what they say. Where one key alone reports, all of its instances count.
 */
export class Votes {
  readonly #byKey = new Map<string, Vote>();

  add(keyId: string, failing: boolean): void {
    let vote = this.#byKey.get(keyId);
    if (vote === undefined) {
      vote = { reporting: 0, failing: 0 };
      this.#byKey.set(keyId, vote);
    }
    vote.reporting += 1;
    if (failing) vote.failing += 1;
  }

  failing(): number {
    const all = { reporting: 0, failing: 0 };
    for (const { reporting, failing } of this.#byKey.values()) {
      all.reporting += reporting;
      all.failing += failing;
    }
    let counted = 0;
    for (const { reporting, failing } of this.#byKey.values()) {
      const others = all.reporting - reporting;
      if (others === 0) return failing;
      const confirmed = (all.failing - failing) / others;
      counted += Math.min(failing, Math.floor(2 * confirmed * reporting) + 1);
    }
    return counted;
  }
}
