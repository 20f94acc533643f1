import { ADMISSION_ALL, type Context } from '@recloser/core';
import { type BreakerRuntime } from '../breaker/breaker-runtime.js';
import { BulkheadFullError, withoutStack } from '../errors.js';
import { type Scheduler } from '../platform/scheduler.js';
import { type BreakerOptions } from '../options/options.js';
import { type CallOutcome } from '../signals/outcome.js';
import { attempt, isObject } from '../signals/read.js';
import { type Protected } from './run.js';
import { BreakerLimits } from './breaker-limits.js';
import { isStaleCache, keyOf } from './stale-cache.js';
import { fallbackHandlerOf } from './resolve-call-options.js';
import { release } from './unread.js';
import { wait } from './waiting.js';
import { type ResolvedCallOptions, type AdmissionKind } from '../signals/call-batch.js';

const RETRY_BASE_MS = 100;
const RETRY_MAX_MS = 2_000;

/** A failed attempt: what it threw or returned. `outcome` is null if the call was not made. */
export class FailedAttempt {
  readonly #isFailedAttempt = true;

  constructor(
    readonly value: unknown,
    readonly outcome: CallOutcome | null,
    readonly thrown: boolean,
  ) {}

  /** `instanceof` would run what a proxy has in its way. */
  static is(value: unknown): value is FailedAttempt {
    return isObject(value) && #isFailedAttempt in value;
  }
}

/** The breaker that a pipeline works for. */
export interface PipelineHost {
  readonly runtime: BreakerRuntime;
  readonly scheduler: Scheduler;
  readonly options: BreakerOptions<unknown>;
  readonly random: () => number;
  readonly clock: () => number;
  /** What holds for a call that starts now. */
  callOptions(): ResolvedCallOptions;
  /** How a call may pass; null when it may not. */
  admit(context: Context | undefined): AdmissionKind | null;
  /** Makes one attempt. Resolves with a `FailedAttempt` when it fails. */
  attempt(
    kind: AdmissionKind,
    fn: Protected<unknown>,
    signal: AbortSignal | undefined,
  ): Promise<unknown>;
  /** What a call that may not pass gets. */
  turnedAway(context: Context | undefined): Error;
}

/** True when calls need more than to be let through, timed and counted. */
export function needsPipeline(
  options: BreakerOptions<unknown>,
  callOptions: ResolvedCallOptions,
): boolean {
  return (
    callOptions.maxConcurrent !== Infinity ||
    callOptions.maxRetries > 0 ||
    options.coalesce !== undefined ||
    isStaleCache(options.fallback)
  );
}

/** All that a call goes through: coalescing, admission, bulkhead, attempts, fallback. */
export class Pipeline {
  readonly #host: PipelineHost;
  readonly #limits: BreakerLimits;

  constructor(host: PipelineHost) {
    this.#host = host;
    this.#limits = host.runtime.limits ??= new BreakerLimits(host.scheduler);
  }

  run(
    fn: Protected<unknown>,
    context: Context | undefined,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    // Abortable calls are never coalesced.
    const key = signal === undefined ? keyOf(this.#host.options.coalesce, context) : undefined;
    if (key === undefined) return this.#call(fn, context, signal);
    const { inFlight } = this.#limits;
    const now = this.#host.clock();
    const pending = inFlight.get(key);
    // Nobody joins a call that hangs.
    const { stallMs, timeoutMs } = this.#host.callOptions();
    const longestMs = stallMs ?? Math.min(timeoutMs, this.#host.runtime.usual.stallMs);
    if (pending !== undefined && now - pending.startedAt < longestMs) {
      this.#limits.coalesced += 1;
      return pending.result;
    }
    const call = { startedAt: now, result: this.#call(fn, context, signal) };
    inFlight.set(key, call);
    const land = (): void => {
      if (inFlight.get(key) === call) inFlight.delete(key);
    };
    call.result.then(land, land);
    return call.result;
  }

  async #call(
    fn: Protected<unknown>,
    context: Context | undefined,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    const { options, clock } = this.#host;
    const { fallback } = options;
    const result = await this.#limited(fn, context, signal);
    if (!FailedAttempt.is(result)) {
      if (isStaleCache(fallback)) fallback.put(context, result, clock());
      return result;
    }
    if (isStaleCache(fallback)) {
      const kept = fallback.get(context, clock());
      if (kept !== undefined) {
        this.#toldFallback(result);
        release(result.value);
        return kept.value;
      }
    }
    const fallbackHandler = fallbackHandlerOf(fallback);
    if (fallbackHandler !== undefined) {
      this.#toldFallback(result);
      return fallbackHandler(result.value);
    }
    if (result.thrown) throw result.value;
    return result.value;
  }

  async #limited(
    fn: Protected<unknown>,
    context: Context | undefined,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    const host = this.#host;
    const { runtime } = host;
    const { bulkhead } = this.#limits;
    let kind = host.admit(context);
    if (kind === null) return this.#turnedAway(context);
    const { maxConcurrent, maxQueue, queueTimeoutMs } = host.callOptions();
    if (maxConcurrent === Infinity) return this.#attempts(fn, context, kind, signal);
    if (!bulkhead.take(maxConcurrent)) {
      // A probe must not wait: the next call may be it.
      kind.probe?.(null, host.clock());
      const { revision } = runtime;
      if (bulkhead.waiting >= maxQueue || !(await bulkhead.wait(queueTimeoutMs, signal))) {
        this.#limits.shed += 1;
        const error = withoutStack(() => new BulkheadFullError(runtime.key, maxConcurrent));
        runtime.events?.emit('reject', { error });
        return failedAttempt(error);
      }
      if (kind.probe !== null || revision !== runtime.revision) kind = host.admit(context);
    }
    try {
      return kind === null
        ? this.#turnedAway(context)
        : await this.#attempts(fn, context, kind, signal);
    } finally {
      bulkhead.leave(host.callOptions().maxConcurrent);
    }
  }

  async #attempts(
    fn: Protected<unknown>,
    context: Context | undefined,
    first: AdmissionKind,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    this.#limits.earn();
    let kind: AdmissionKind | null = first;
    const { onRetry, onGiveUp } = this.#host.options.retry ?? {};
    for (let made = 1; ; made += 1) {
      const result = await this.#host.attempt(kind, fn, signal);
      if (!FailedAttempt.is(result)) return result;
      const { value } = result;
      const giveUp = (): FailedAttempt => {
        attempt(() => onGiveUp?.({ made, value }));
        return result;
      };
      const delayMs = this.#waitMs(result, made);
      if (delayMs === null) return giveUp();
      attempt(() => onRetry?.({ made, value, delayMs }));
      await this.#pause(delayMs, signal, result);
      kind = this.#host.admit(context);
      if (kind === null) {
        // Counted as turned away; but what went wrong before says more.
        this.#turnedAway(context);
        return giveUp();
      }
      // Another attempt: nobody will read the answer of the one before.
      release(value);
      this.#limits.retried += 1;
    }
  }

  async #pause(
    ms: number,
    signal: AbortSignal | undefined,
    { value }: FailedAttempt,
  ): Promise<void> {
    try {
      await wait(this.#host.scheduler, ms, signal);
    } catch (error) {
      release(value);
      throw error;
    }
  }

  /** How long to wait before the next attempt; null when there is none. */
  #waitMs({ value, outcome }: FailedAttempt, made: number): number | null {
    const { runtime, options, random } = this.#host;
    const { baseMs = RETRY_BASE_MS, maxMs = RETRY_MAX_MS, ...retry } = options.retry ?? {};
    const { retryIf, afterMs, delayMs } = retry;
    if (made > this.#host.callOptions().maxRetries) return null;
    try {
      const askedMs = afterMs?.(value);
      // Whoever says when to come back is worth another attempt, if it can be waited for.
      const hopeful = askedMs !== undefined && outcome === 'throttled';
      if (outcome !== 'failure' && outcome !== 'timeout' && !hopeful) return null;
      const leastMs = askedMs ?? 0;
      if (leastMs > maxMs || (retryIf !== undefined && !retryIf(value, made))) return null;
      const ownMs =
        delayMs === undefined
          ? random() * Math.min(maxMs, baseMs * 2 ** (made - 1))
          : Math.max(0, delayMs(made, value));
      if (!(ownMs < Infinity)) return null;
      return this.#limits.spend(runtime.admission / ADMISSION_ALL) ? leastMs + ownMs : null;
    } catch {
      return null;
    }
  }

  #toldFallback({ value }: FailedAttempt): void {
    this.#host.runtime.events?.emit('fallback', { value });
  }

  #turnedAway(context: Context | undefined): FailedAttempt {
    return failedAttempt(this.#host.turnedAway(context));
  }
}

function failedAttempt(error: Error): FailedAttempt {
  return new FailedAttempt(error, null, true);
}
