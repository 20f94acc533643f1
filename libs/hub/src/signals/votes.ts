import { confirmedFailing, type KeyCounts, sumKeys } from '@recloser/core';

/** What the instances of each SDK key say. */
export class Votes {
  readonly #byKey = new Map<string, { reporting: number; failing: number }>();

  add(keyId: string, failing: boolean): void {
    let vote = this.#byKey.get(keyId);
    if (vote === undefined) {
      vote = { reporting: 0, failing: 0 };
      this.#byKey.set(keyId, vote);
    }
    vote.reporting += 1;
    if (failing) vote.failing += 1;
  }

  /** How many failing instances count: one key cannot outvote the others. */
  failing(): number {
    return confirmedFailing([...this.#byKey.values()]);
  }

  /** Each key's own numbers, those that fail most first, at most 8. */
  keys(): KeyCounts[] {
    return sumKeys([...this.#byKey].map(([keyId, vote]) => ({ keyId, ...vote })));
  }
}
