import { type Context } from '@recloser/core';
import { CallTimeoutError, type Breaker } from '../../index.js';
import { follow } from '../../calls/follow.js';
import type { SystemTimer } from '../../platform/system.js';
import { now, setTimer } from './stream-clock.js';

/** How a stream went, as far as its consumer let it. */
export interface StreamEnd {
  readonly items: number;
  /** Milliseconds until the first item, or the end of an empty stream; null when neither came. */
  readonly firstItemMs: number | null;
  readonly totalMs: number;
}

export interface StreamOptions {
  /** The consumer's own. A stream that fails once it has aborted counts as nothing. */
  readonly signal?: AbortSignal;
  /** Milliseconds to open it and to have its first item. Default: none. */
  readonly firstItemMs?: number;
  /** Milliseconds to have each further item, from when it is asked for. Default: none. */
  readonly idleMs?: number;
  /** Told once, when the stream is over or given up. What it throws is ignored. */
  readonly onEnd?: (end: StreamEnd) => void;
}

/** What `open` gives: an async iterable, such as a Node or web stream, or a promise of one. */
export type Openable<T> = AsyncIterable<T> | PromiseLike<AsyncIterable<T>>;

/**
 * The items of a stream that is opened through a breaker when the first one is asked for, and counted at its end: as
 * failed when opening it or any item fails or takes too long, as nothing when its consumer leaves before the first item,
 * else as successful. Its latency is the time to the first item, which says how the dependency is; its length does not,
 * so it is not watched for stalling from then on. Throws a `CircuitOpenError` when turned away, a `CallTimeoutError`
 * when an item takes too long, and what the stream throws. It is neither retried nor given a place or a fallback.
 */
export async function* protectStream<T>(
  breaker: Breaker<unknown>,
  open: (signal: AbortSignal) => Openable<T>,
  context?: Context,
  options: StreamOptions = {},
): AsyncGenerator<T, void, undefined> {
  const { signal, firstItemMs, idleMs, onEnd } = options;
  signal?.throwIfAborted();
  const stream = new CountedStream(breaker, open, context, signal);
  try {
    let step = await stream.first(firstItemMs);
    while (step.done !== true) {
      yield step.value;
      step = await stream.next(idleMs);
    }
  } finally {
    await stream.leave();
    try {
      onEnd?.(stream.end());
    } catch {
      // It is told, not asked.
    }
  }
}

class CountedStream<T> {
  readonly #breaker: Breaker<unknown>;
  readonly #open: (signal: AbortSignal) => Openable<T>;
  readonly #permit: ReturnType<Breaker['acquire']>;
  readonly #controller = new AbortController();
  readonly #startedAt = now();
  #iterator: AsyncIterator<T> | null = null;
  #items = 0;
  #firstItemMs: number | null = null;
  #over = false;

  constructor(
    breaker: Breaker<unknown>,
    open: (signal: AbortSignal) => Openable<T>,
    context: Context | undefined,
    signal: AbortSignal | undefined,
  ) {
    this.#breaker = breaker;
    this.#open = open;
    this.#permit = breaker.acquire(context, signal && { signal });
    if (signal !== undefined) follow(signal, this.#controller);
  }

  async first(limitMs: number | undefined): Promise<IteratorResult<T, unknown>> {
    const opened = async (): Promise<IteratorResult<T, unknown>> => {
      const source = await this.#open(this.#controller.signal);
      this.#iterator = source[Symbol.asyncIterator]();
      return this.#iterator.next();
    };
    const step = await this.#within(opened, limitMs);
    this.#firstItemMs = now() - this.#startedAt;
    this.#permit.begun(this.#firstItemMs);
    return this.#took(step);
  }

  async next(limitMs: number | undefined): Promise<IteratorResult<T, unknown>> {
    const iterator = this.#iterator;
    const done = { done: true, value: undefined } as const;
    return this.#took(await this.#within(async () => (await iterator?.next()) ?? done, limitMs));
  }

  /** Ends what its consumer does not read to the end. */
  async leave(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    if (this.#items > 0) this.#permit.success();
    else this.#permit.cancel();
    this.#controller.abort();
    await this.#iterator?.return?.();
  }

  end(): StreamEnd {
    const totalMs = now() - this.#startedAt;
    return { items: this.#items, firstItemMs: this.#firstItemMs, totalMs };
  }

  #took(step: IteratorResult<T, unknown>): IteratorResult<T, unknown> {
    if (step.done === true) {
      this.#over = true;
      this.#permit.success();
    } else {
      this.#items += 1;
    }
    return step;
  }

  async #within<R>(run: () => Promise<R>, limitMs: number | undefined): Promise<R> {
    let timer: SystemTimer | undefined;
    try {
      const expired = new Promise<never>((_, reject) => {
        if (limitMs === undefined) return;
        const late = (): void => reject(new CallTimeoutError(this.#breaker.key, limitMs, false));
        timer = setTimer(late, limitMs);
        timer.ref();
      });
      return await Promise.race([run(), expired]);
    } catch (error) {
      this.#over = true;
      this.#permit.failure(error);
      this.#controller.abort(error);
      throw error;
    } finally {
      timer?.clear();
    }
  }
}
