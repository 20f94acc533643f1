import { type BreakerView, type Partition, partitionName } from '@recloser/core';

/** Told apart at most; the acknowledgements of others are awaited from the whole fleet. */
const PARTS_MAX = 64;

/** The parts of the fleet that have a state of their own in any breaker. */
export class PartitionsInUse {
  readonly #byBreaker = new Map<string, readonly Partition[]>();

  /** Notes a breaker's present state. */
  note(key: string, view: BreakerView | undefined): void {
    const scopes = view?.scopes ?? [];
    if (scopes.length === 0) this.#byBreaker.delete(key);
    else this.#byBreaker.set(key, scopes);
  }

  /** Each once. */
  get list(): readonly Partition[] {
    if (this.#byBreaker.size === 0) return [];
    const parts = new Map<string, Partition>();
    for (const scopes of this.#byBreaker.values()) {
      for (const { kind, value } of scopes) {
        if (parts.size < PARTS_MAX) parts.set(partitionName({ kind, value }), { kind, value });
      }
    }
    return [...parts.values()];
  }
}
