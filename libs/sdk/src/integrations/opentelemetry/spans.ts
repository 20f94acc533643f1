import { trace, type Span } from '@opentelemetry/api';
import { type Context } from '@recloser/core';
import {
  isCallTimeout,
  isCircuitOpen,
  type Breaker,
  type Protected,
  type ProtectOptions,
  type WrapOptions,
} from '../../index.js';
import { attempt } from '../../signals/read.js';
import { hidesParameter } from '../../calls/parameters.js';
import { demand, isFunction } from '../../options/option-checks.js';

/** `instead`: a fallback answered, or another call that this one has joined. */
type Result = 'ok' | 'instead' | 'rejected' | 'timeout' | 'error';

/**
 * The same breaker, whose calls say on the span that is active around them how they went: `recloser.breaker`,
 * `recloser.state`, `recloser.called` (whether the dependency was asked), `recloser.result` (`ok`, `rejected`,
 * `timeout`, `error`, or `instead` when a fallback or a call that this one joined gave the result), and when turned away
 * `recloser.reason`. Without a span that is recorded it costs one look-up.
 */
export function traced<F>(breaker: Breaker<F>): Breaker<F> {
  return new TracedBreaker(breaker);
}

class TracedBreaker<F> implements Breaker<F> {
  readonly #breaker: Breaker<F>;

  constructor(breaker: Breaker<F>) {
    this.#breaker = breaker;
  }

  get key(): string {
    return this.#breaker.key;
  }

  allows(context?: Context): ReturnType<Breaker['allows']> {
    return this.#breaker.allows(context);
  }

  decide(context?: Context): ReturnType<Breaker['decide']> {
    return this.#breaker.decide(context);
  }

  acquire(context?: Context, options?: ProtectOptions): ReturnType<Breaker['acquire']> {
    return this.#breaker.acquire(context, options);
  }

  stats(): ReturnType<Breaker['stats']> {
    return this.#breaker.stats();
  }

  protect<T>(fn: Protected<T>, context?: Context, options?: ProtectOptions): Promise<T | F> {
    const span = trace.getActiveSpan();
    if (span?.isRecording() !== true) return this.#breaker.protect(fn, context, options);
    return protectOn(span, this.#breaker, fn, context, options);
  }

  wrap<A extends readonly unknown[], T>(
    fn: (...args: A) => T | PromiseLike<T>,
    options?: WrapOptions<A>,
  ): (...args: A) => Promise<T | F> {
    demand('fn', fn, isFunction);
    const protect = (call: () => T | PromiseLike<T>, context: Context | undefined) =>
      this.protect(call, context);
    const given = options?.context;
    return function wrapped(this: unknown, ...args: A): Promise<T | F> {
      const context = typeof given === 'function' ? attempt(() => given(...args)) : given;
      return protect(() => Reflect.apply<unknown, A, T | PromiseLike<T>>(fn, this, args), context);
    };
  }
}

async function protectOn<T, F>(
  span: Span,
  breaker: Breaker<F>,
  fn: Protected<T>,
  context?: Context,
  options?: ProtectOptions,
): Promise<T | F> {
  let called = false;
  let answer: readonly [T] | null = null;
  const watched = async (call: () => T | PromiseLike<T>): Promise<T> => {
    called = true;
    const value = await call();
    answer = [value];
    return value;
  };
  const end = (result: Result): void => {
    span.setAttributes({
      'recloser.breaker': breaker.key,
      'recloser.state': breaker.decide(context).state,
      'recloser.called': called,
      'recloser.result': result,
    });
  };
  try {
    // A signal is made only for a function that looks at it.
    const value = await breaker.protect(
      fn.length === 0 && !hidesParameter(fn)
        ? () => watched(fn as () => T | PromiseLike<T>)
        : (signal) => watched(() => fn(signal)),
      context,
      options,
    );
    end(isOf(answer, value) ? 'ok' : 'instead');
    return value;
  } catch (error) {
    end(resultOf(error));
    if (isCircuitOpen(error)) span.setAttribute('recloser.reason', error.reason);
    throw error;
  }
}

function isOf(answer: readonly unknown[] | null, value: unknown): boolean {
  return answer !== null && Object.is(answer[0], value);
}

function resultOf(error: unknown): Result {
  if (isCircuitOpen(error)) return 'rejected';
  return isCallTimeout(error) ? 'timeout' : 'error';
}
