import {
  type AdmissionDecision,
  type Context,
  type Partition,
  type StateKind,
} from '@recloser/core';
import { type ProtectOptions, type WrapOptions } from '../options/options.js';
import { type Permit } from '../calls/permit.js';
import { type Protected } from '../calls/run.js';
import { type BreakerStats } from './stats.js';

/** What a decision says to the outside. */
export interface Decision extends AdmissionDecision {
  readonly state: StateKind;
  /** The part of the fleet whose state decided, where it was not the state of the whole fleet. */
  readonly scope?: Partition;
  /** The change number up to which everything was in force; null before the first. */
  readonly seq: number | null;
}

/** A guard in front of one dependency, from `recloser.breaker(key)`. `F` is what its fallback gives. */
export interface Breaker<F = never> {
  readonly key: string;

  /** Whether a call with this context would be let through. Takes no probe permit and counts nothing. */
  allows(context?: Context): boolean;

  /** As `allows`, with the reasons. `bucket` and `admission` are 0…2³². */
  decide(context?: Context): Decision;

  /**
   * Calls `fn` if the breaker lets it through, and counts how it ends. `fn` gets an `AbortSignal`. Rejects with `fn`'s own error, a `CallTimeoutError`, a `CircuitOpenError` when turned away, or a
   * `BulkheadFullError` when too many are in flight; with a fallback, resolves with that instead of the last three and
   * of failures.
   */
  protect<T>(fn: Protected<T>, context?: Context, options?: ProtectOptions): Promise<T | F>;

  /** A function with the same signature whose calls are protected. */
  wrap<A extends readonly unknown[], T>(
    fn: (...args: A) => T | PromiseLike<T>,
    options?: WrapOptions<A>,
  ): (...args: A) => Promise<T | F>;

  /**
   * For calls that `protect` cannot wrap: a permit to be ended by `success`, `failure` or `cancel`.
   * With the caller's `signal`, a failure after it has aborted counts as nothing.
   * Throws a `CircuitOpenError` when turned away.
   */
  acquire(context?: Context, options?: ProtectOptions): Permit;

  /** Counts since the start, latencies in ms, and the state. */
  stats(): BreakerStats;
}
