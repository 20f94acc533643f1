import { ADMISSION_ALL, type Context } from '@recloser/core';
import { type Cell } from '../breaker/cell.js';
import { BulkheadFullError, withoutStack } from '../errors.js';
import { type Timeline } from '../process/timeline.js';
import { type BreakerOptions } from '../options/options.js';
import { type Outcome } from '../counting/outcome.js';
import { isObject } from '../counting/read.js';
import { type Protected } from './run.js';
import { Shared } from './shared.js';
import { isStaleCache, keyOf } from './stale-cache.js';
import { rescueOf } from './traits.js';
import { release } from './unread.js';
import { wait } from './waiting.js';
import { type Traits, type WaveKind } from '../counting/wave.js';

const RETRY_BASE_MS = 100;
const RETRY_MAX_MS = 2_000;

/** A call that brought nothing good: what it threw or returned, and how that counts. Null: it was not made. */
export class Trouble {
  readonly #isTrouble = true;

  constructor(
    readonly value: unknown,
    readonly outcome: Outcome | null,
    readonly thrown: boolean,
  ) {}

  /** `instanceof` would run what a proxy has in its way. */
  static is(value: unknown): value is Trouble {
    return isObject(value) && #isTrouble in value;
  }
}

/** The breaker that a pipeline works for. */
export interface PipelineHost {
  readonly cell: Cell;
  readonly timeline: Timeline;
  readonly options: BreakerOptions<unknown>;
  readonly random: () => number;
  readonly clock: () => number;
  /** What holds for a call that starts now. */
  traits(): Traits;
  /** How a call may pass; null when it may not. */
  admit(context: Context | undefined): WaveKind | null;
  /** Makes one attempt. Resolves with a `Trouble` when it fails. */
  attempt(
    kind: WaveKind,
    fn: Protected<unknown>,
    signal: AbortSignal | undefined,
  ): Promise<unknown>;
  /** What a call that may not pass gets. */
  turnedAway(context: Context | undefined): Error;
}

/** True when calls need more than to be let through, timed and counted. */
export function needsPipeline(options: BreakerOptions<unknown>, traits: Traits): boolean {
  return (
    traits.maxConcurrent !== Infinity ||
    traits.maxRetries > 0 ||
    options.coalesce !== undefined ||
    isStaleCache(options.fallback)
  );
}

/** All that a call goes through: coalescing, admission, bulkhead, attempts, fallback. */
export class Pipeline {
  readonly #host: PipelineHost;
  readonly #shared: Shared;

  constructor(host: PipelineHost) {
    this.#host = host;
    this.#shared = host.cell.shared ??= new Shared(host.timeline);
  }

  run(
    fn: Protected<unknown>,
    context: Context | undefined,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    // Who can leave by himself is on his own.
    const key = signal === undefined ? keyOf(this.#host.options.coalesce, context) : undefined;
    if (key === undefined) return this.#call(fn, context, signal);
    const { flights } = this.#shared;
    const now = this.#host.clock();
    const flying = flights.get(key);
    // Nobody joins a call that hangs.
    const { stallMs, timeoutMs } = this.#host.traits();
    const longestMs = stallMs ?? Math.min(timeoutMs, this.#host.cell.usual.stallMs);
    if (flying !== undefined && now - flying.startedAt < longestMs) {
      this.#shared.coalesced += 1;
      return flying.result;
    }
    const flight = { startedAt: now, result: this.#call(fn, context, signal) };
    flights.set(key, flight);
    const land = (): void => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    flight.result.then(land, land);
    return flight.result;
  }

  async #call(
    fn: Protected<unknown>,
    context: Context | undefined,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    const { options, clock } = this.#host;
    const { fallback } = options;
    const result = await this.#limited(fn, context, signal);
    if (!Trouble.is(result)) {
      if (isStaleCache(fallback)) fallback.put(context, result, clock());
      return result;
    }
    if (isStaleCache(fallback)) {
      const kept = fallback.get(context, clock());
      if (kept !== undefined) {
        release(result.value);
        return kept.value;
      }
    }
    const rescue = rescueOf(fallback);
    if (rescue !== undefined) return rescue(result.value);
    if (result.thrown) throw result.value;
    return result.value;
  }

  async #limited(
    fn: Protected<unknown>,
    context: Context | undefined,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    const host = this.#host;
    const { cell } = host;
    const { bulkhead } = this.#shared;
    let kind = host.admit(context);
    if (kind === null) return this.#turnedAway(context);
    const { maxConcurrent, maxQueue, queueTimeoutMs } = host.traits();
    if (maxConcurrent === Infinity) return this.#attempts(fn, context, kind, signal);
    if (!bulkhead.take(maxConcurrent)) {
      // A probe must not wait: the next call may be it.
      kind.probe?.(null, host.clock());
      const { revision } = cell;
      if (bulkhead.waiting >= maxQueue || !(await bulkhead.wait(queueTimeoutMs, signal))) {
        this.#shared.shed += 1;
        return trouble(withoutStack(() => new BulkheadFullError(cell.key, maxConcurrent)));
      }
      if (kind.probe !== null || revision !== cell.revision) kind = host.admit(context);
    }
    try {
      return kind === null
        ? this.#turnedAway(context)
        : await this.#attempts(fn, context, kind, signal);
    } finally {
      bulkhead.leave(host.traits().maxConcurrent);
    }
  }

  async #attempts(
    fn: Protected<unknown>,
    context: Context | undefined,
    first: WaveKind,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    this.#shared.budget.earn();
    let kind: WaveKind | null = first;
    for (let made = 1; ; made += 1) {
      const result = await this.#host.attempt(kind, fn, signal);
      if (!Trouble.is(result)) return result;
      const waitMs = this.#waitMs(result, made);
      if (waitMs === null) return result;
      await this.#pause(waitMs, signal, result);
      kind = this.#host.admit(context);
      if (kind === null) {
        // Counted as turned away; but what went wrong before says more.
        this.#turnedAway(context);
        return result;
      }
      // Another attempt: nobody will read the answer of the one before.
      release(result.value);
      this.#shared.retried += 1;
    }
  }

  async #pause(ms: number, signal: AbortSignal | undefined, { value }: Trouble): Promise<void> {
    try {
      await wait(this.#host.timeline, ms, signal);
    } catch (error) {
      release(value);
      throw error;
    }
  }

  /** How long to wait before the next attempt; null when there is none. */
  #waitMs({ value, outcome }: Trouble, made: number): number | null {
    const { cell, options, random } = this.#host;
    const { baseMs = RETRY_BASE_MS, maxMs = RETRY_MAX_MS, retryIf, afterMs } = options.retry ?? {};
    if (made > this.#host.traits().maxRetries) return null;
    try {
      const askedMs = afterMs?.(value);
      // Whoever says when to come back is worth another attempt, if it can be waited for.
      const hopeful = askedMs !== undefined && outcome === 'throttled';
      if (outcome !== 'failure' && outcome !== 'timeout' && !hopeful) return null;
      const leastMs = askedMs ?? 0;
      if (leastMs > maxMs || (retryIf !== undefined && !retryIf(value, made))) return null;
      if (!this.#shared.budget.spend(cell.admission / ADMISSION_ALL)) return null;
      return leastMs + random() * Math.min(maxMs, baseMs * 2 ** (made - 1));
    } catch {
      return null;
    }
  }

  #turnedAway(context: Context | undefined): Trouble {
    return trouble(this.#host.turnedAway(context));
  }
}

function trouble(error: Error): Trouble {
  return new Trouble(error, null, true);
}
