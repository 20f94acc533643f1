import { BreakerState } from './breaker-state.js';
import { Call, type CallOwner } from './call.js';
import { Deadlines } from './deadlines.js';
import {
  type Action,
  checkAbortController,
  demandAction,
  isFunction,
  isOurs,
  ours,
  rejection,
  promised,
} from './helpers.js';
import { type Options, resolve } from './options.js';
import { Semaphore } from './semaphore.js';
import { Status, type StatusOptions } from './status.js';
import { every, now } from './time.js';

type Fallback = (...args: never) => unknown;

const HEALTH_CHECK_MS = 5_000;
/**
 * A breaker with the public contract of opossum 10. It decides in this process, by the share of failures in a rolling
 * window. With `options.recloser` the control plane decides, and this process counts for it.
 */
export class CircuitBreaker<A extends unknown[] = unknown[], R = unknown> extends BreakerState {
  readonly action: (...args: unknown[]) => unknown;
  readonly semaphore: Semaphore;
  readonly #deadlines = new Deadlines();
  #fallback: Fallback | null = null;
  /** How calls tell how they end. */
  readonly #owner: CallOwner = {
    succeeded: (call, result) => this.#succeeded(call, result),
    threw: (call, error) => this.#threw(call, error),
    expired: (call) => this.#expired(call),
  };

  /** True for errors that a breaker made, false for those of the action. */
  static isOurError(error: unknown): boolean {
    return isOurs(error);
  }

  /** Counts to start a breaker with. */
  static newStatus(options: StatusOptions): Status {
    return new Status(options);
  }

  constructor(action: Action<A, R>, options: Options<A> = {}) {
    const resolved = resolve(options as Options);
    demandAction(action);
    checkAbortController(resolved);
    super(action, resolved);
    this.semaphore = new Semaphore(resolved.capacity);
    this.action = isFunction(action) ? action : () => Promise.resolve(action);
    if (Reflect.get(options, 'maxFailures')) {
      console.error(
        'options.maxFailures is deprecated. Please use options.errorThresholdPercentage',
      );
    }
    const { state } = options;
    if (state?.shutdown) this.shutdown();
    else if (state) this.restore(state);
  }

  /** What callers get instead of a failure: a function's result, or that of another breaker. */
  fallback(given: Fallback | CircuitBreaker<never>): this {
    this.#fallback = given instanceof CircuitBreaker ? (...args) => given.fire(...args) : given;
    return this;
  }

  fire(...args: A): Promise<R> {
    // A program may have a `call` of its own.
    return this.call === CircuitBreaker.prototype.call
      ? (this.#call(this.action, args) as Promise<R>)
      : this.call(this.action, ...args);
  }

  /** As `fire`, with the action's `this`. */
  call(context: unknown, ...args: A): Promise<R> {
    return this.#call(context, args) as Promise<R>;
  }

  #call(context: unknown, args: unknown[]): Promise<unknown> {
    if (this.isShutdown) return Promise.reject(ours('The circuit has been shutdown.', 'ESHUTDOWN'));
    this.status.present.fires += 1;
    this.emit('fire', args);
    if (!this.enabled) return promised(this.action.apply(context, args));
    const { cache, coalesce, cacheTransport, coalesceCache, coalesceTTL } = this.options;
    const key = cache || coalesce ? this.options.cacheGetKey.apply(this, args) : '';
    if (cache) {
      const cached = cacheTransport?.get(key);
      this.tell(cached ? 'cacheHit' : 'cacheMiss');
      if (cached) return cached as Promise<unknown>;
    }
    if (!coalesce) return this.#admit(context, args, key);
    const pending = coalesceCache?.get(key);
    this.tell(pending ? 'coalesceCacheHit' : 'coalesceCacheMiss');
    if (pending) return pending as Promise<unknown>;
    return this.#admit(context, args, key, (made) => {
      coalesceCache?.set(key, made, Number(coalesceTTL) > 0 ? now() + Number(coalesceTTL) : 0);
    });
  }

  /** Rejects all calls from now on, and ends all timers. */
  shutdown(): void {
    this.emit('shutdown');
    this.disable();
    this.removeAllListeners();
    this.end();
    this.clearCache();
  }

  clearCache(): void {
    if (this.options.cache) this.options.cacheTransport?.flush();
    this.options.coalesceCache?.flush();
  }

  /** Opens the breaker whenever the promise of `check` rejects. It is asked now, and every `intervalMs` (5,000). */
  healthCheck(check: (this: this) => Promise<unknown>, intervalMs?: number): void {
    const interval = intervalMs || HEALTH_CHECK_MS;
    if (typeof check !== 'function') {
      throw new TypeError('Health check function must be a function');
    }
    if (isNaN(interval)) throw new TypeError('Health check interval must be a number');
    const run = (): void => {
      check.apply(this).catch((error: unknown) => {
        this.emit('healthCheckFailed', error);
        this.open();
      });
    };
    every(interval, run);
    run();
  }

  #admit(
    context: unknown,
    args: unknown[],
    key: string,
    made?: (call: Promise<unknown>) => void,
  ): Promise<unknown> {
    const permit = this.admit();
    if (permit === undefined) {
      const error = rejection('Breaker is open', 'EOPENBREAKER');
      this.tell('reject', error);
      return this.#instead(error, args) ?? Promise.reject(error);
    }
    const call = new Call(this.#owner, args, key, permit);
    this.#start(context, call);
    made?.(call.promise);
    return call.promise;
  }

  #start(context: unknown, call: Call): void {
    if (!this.semaphore.test()) {
      const error = rejection('Semaphore locked', 'ESEMLOCKED');
      call.permit?.cancel();
      this.tell('semaphoreLocked', error, call.elapsedMs);
      this.#failed(call, error);
      this.options.coalesceCache?.delete(call.key);
      return;
    }
    const { timeout } = this.options;
    if (timeout) {
      if (this.#fallback !== null || this.hearsOfTimeouts) call.keepContext();
      call.limitMs = timeout;
      this.#deadlines.add(call, timeout, call.startedAt);
    }
    try {
      call.follow(promised(this.action.apply(context, call.args)));
    } catch (error) {
      this.#threw(call, error);
    }
  }

  #succeeded(call: Call, result: unknown): void {
    if (call.limitMs !== 0) this.#deadlines.remove(call);
    const { elapsedMs } = call;
    call.permit?.success(elapsedMs);
    this.countSuccess(elapsedMs);
    this.emit('success', result, elapsedMs);
    this.#forget(call, 'success');
    this.semaphore.release();
    call.resolve(result);
    const { cache, cacheTransport, cacheTTL } = this.options;
    if (cache) cacheTransport?.set(call.key, call.pending, cacheTTL > 0 ? now() + cacheTTL : 0);
  }

  #threw(call: Call, error: unknown): void {
    this.semaphore.release();
    this.#failed(call, error);
    this.#forget(call, 'error');
  }

  #expired(call: Call): void {
    const error = ours(`Timed out after ${call.limitMs}ms`, 'ETIMEDOUT');
    this.semaphore.release();
    this.tell('timeout', error, call.elapsedMs, call.args);
    this.#failed(call, error);
    this.#forget(call, 'timeout');
    this.options.abortController?.abort();
  }

  #failed(call: Call, error: unknown): void {
    const { args, elapsedMs: latencyMs } = call;
    this.#deadlines.remove(call);
    if (this.options.errorFilter(error as never, ...args)) {
      call.permit?.success(latencyMs);
      this.tell('success', error, latencyMs);
    } else {
      call.permit?.failure(error, latencyMs);
      this.tell('failure', error, latencyMs, args);
      this.judge();
      const instead = this.#instead(error, args);
      if (instead !== undefined) {
        call.resolve(instead);
        return;
      }
    }
    call.reject(error);
  }

  #instead(error: unknown, args: unknown[]): Promise<unknown> | undefined {
    const fallback = this.#fallback;
    if (fallback === null) return undefined;
    try {
      const result: unknown = Reflect.apply(fallback, fallback, [...args, error]);
      this.tell('fallback', result, error);
      return Promise.resolve(result);
    } catch (thrown) {
      const reason = thrown as Error;
      return Promise.reject(reason);
    }
  }

  /** The next call with this key is made again. */
  #forget(call: Call, event: string): void {
    const { coalesceCache, coalesceResetOn } = this.options;
    if (coalesceCache !== undefined && coalesceResetOn.includes(event))
      coalesceCache.delete(call.key);
  }
}
