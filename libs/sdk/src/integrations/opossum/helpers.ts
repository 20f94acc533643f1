import { withoutStack } from '../../errors.js';
import { type Resolved } from './options.js';
import { Status } from './status.js';

const OURS = Symbol.for('recloser.opossum.error');

/** What a breaker calls; a value that is no function is what it gives. */
export type Action<A extends unknown[], R> = ((...args: A) => R | PromiseLike<R>) | string | object;

/** An error that the breaker makes for a call that it did not make: without frames, which would take most of the time. */
export function rejection(message: string, code: string): Error {
  return withoutStack(() => ours(message, code));
}

/** An error that the breaker makes. */
export function ours(message: string, code: string): Error {
  return Object.assign(new Error(message), { code, [OURS]: true });
}

export function isOurs(error: unknown): boolean {
  return Boolean((error as { readonly [OURS]?: true })[OURS]);
}

export function isFunction(value: unknown): value is (...args: unknown[]) => unknown {
  return typeof value === 'function';
}

/** @throws TypeError */
export function demandAction(action: unknown): void {
  if (action) return;
  throw new TypeError(
    'No action provided. Cannot construct a CircuitBreaker without an invocable action.',
  );
}

export function nameOf(action: unknown): string {
  return (action as { readonly name?: string }).name ?? '';
}

/** A result as a promise. Like opossum, it throws for a result that has no properties: `undefined` or `null`. */
export function promised(result: unknown): Promise<unknown> {
  const pending = result as Promise<unknown>;
  return typeof pending.then === 'function' ? pending : Promise.resolve(result);
}

export function statusOf(options: Resolved): Status {
  const { status } = options;
  if (status instanceof Status) return status;
  return new Status(status ? { stats: status } : withoutStats(options));
}

function withoutStats(options: Resolved): ConstructorParameters<typeof Status>[0] {
  const { rollingCountBuckets, rollingCountTimeout, rollingPercentilesEnabled } = options;
  const { enableSnapshots, rotateBucketController } = options;
  return {
    rollingCountBuckets,
    rollingCountTimeout,
    rollingPercentilesEnabled,
    enableSnapshots,
    rotateBucketController,
  };
}

export function checkAbortController(options: Resolved): void {
  if (options.autoRenewAbortController) options.abortController ??= new AbortController();
  const { abortController } = options;
  if (abortController && !isFunction(Reflect.get(abortController, 'abort'))) {
    throw new TypeError('AbortController does not contain `abort()` method');
  }
}
