import { type Context } from '@recloser/core';
import { attempt, read } from '../signals/read.js';
import { checkOptions, isFunction, number, type Checks } from '../options/option-checks.js';

export interface StaleCacheOptions {
  /**
   * Whose result it is: what calls with the same key got may stand in for each other. Undefined: this call's result
   * is not kept. It has to hold all that results differ by, the account as a rule.
   */
  readonly key: (context: Context | undefined) => string | undefined;
  /** Milliseconds for which a result may stand in. Default: 60,000. */
  readonly ttlMs?: number;
  /** How many results are kept; the least recently written ones go first. Default: 1,000. */
  readonly maxEntries?: number;
}

const CHECKS: Checks<StaleCacheOptions> = {
  key: isFunction,
  ttlMs: number(1),
  maxEntries: number(1, 1_000_000, true),
};

/** What marks a cache of whichever copy of this package, and what of it may be relied on. */
const BRAND = Symbol.for('recloser.stale-cache');

interface Kept {
  readonly value: unknown;
  readonly at: number;
}

/** The last good result by key, as a fallback. From `staleCache`. */
export class StaleCache {
  readonly #key: StaleCacheOptions['key'];
  readonly #ttlMs: number;
  readonly #maxEntries: number;
  readonly #kept = new Map<string, Kept>();
  /** @internal */
  readonly [BRAND] = true;

  /** @throws RecloserOptionError */
  constructor(options: StaleCacheOptions) {
    checkOptions('staleCache', options, CHECKS, ['key']);
    this.#key = options.key;
    this.#ttlMs = options.ttlMs ?? 60_000;
    this.#maxEntries = options.maxEntries ?? 1_000;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** @internal Keeps a good result; `now` in monotonic ms. */
  put(context: Context | undefined, value: unknown, now: number): void {
    const key = keyOf(this.#key, context);
    if (key === undefined) return;
    this.#kept.delete(key);
    this.#kept.set(key, { value, at: now });
    for (const [oldest, { at }] of this.#kept) {
      if (this.#kept.size <= this.#maxEntries && now - at < this.#ttlMs) return;
      this.#kept.delete(oldest);
    }
  }

  /** @internal The last good result, in an object of its own; undefined when there is none that is young enough. */
  get(context: Context | undefined, now: number): { readonly value: unknown } | undefined {
    const key = keyOf(this.#key, context);
    const kept = key === undefined ? undefined : this.#kept.get(key);
    return kept !== undefined && now - kept.at < this.#ttlMs ? kept : undefined;
  }
}

/** True for a cache, also of another copy of this package. */
export function isStaleCache(value: unknown): value is StaleCache {
  return read(value, BRAND) === true;
}

/**
 * A fallback that gives the last good result of the same key. Make it once, beside the breaker, not once per call.
 * Without such a result the caller gets the error.
 * @throws RecloserOptionError
 */
export function staleCache(options: StaleCacheOptions): StaleCache {
  return new StaleCache(options);
}

/** What a key function says; one that throws, or gives something else than a text, says nothing. */
export function keyOf(
  key: ((context: Context | undefined) => string | undefined) | undefined,
  context: Context | undefined,
): string | undefined {
  const text: unknown = attempt(() => key?.(context));
  return typeof text === 'string' ? text : undefined;
}
