import { now } from './time.js';

/** What keeps results: synchronous, with the time (ms since 1970) at which an entry ends; 0: never. */
export interface CacheTransport {
  get(key: string): unknown;
  set(key: string, value: unknown, expiresAt: number): void;
  flush(): void;
}

const MOST_ENTRIES = 2 ** 24 - 1;

/** Results in memory; the oldest goes when there is no room. */
export class MemoryCache implements CacheTransport {
  readonly #entries = new Map<string, { readonly value: unknown; readonly expiresAt: number }>();
  readonly #maxEntries: number;

  constructor(maxEntries = MOST_ENTRIES) {
    this.#maxEntries = maxEntries;
  }

  get(key: string): unknown {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.expiresAt === 0 || entry.expiresAt > now()) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  set(key: string, value: unknown, expiresAt: number): void {
    if (this.#entries.size === this.#maxEntries && this.get(key) === undefined) {
      const { value: oldest } = this.#entries.keys().next();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    this.#entries.set(key, { value, expiresAt });
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  flush(): void {
    this.#entries.clear();
  }
}
