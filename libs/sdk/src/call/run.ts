import { AsyncResource } from 'node:async_hooks';
import { type Gate, type Wave } from '../counting/wave.js';

/** A function to protect. It gets a signal only if it declares a parameter. */
export type Protected<T> = (signal: AbortSignal) => T | PromiseLike<T>;

/** Told how long a call took. Made only for the calls that are timed exactly. */
export type Stopwatch = () => void;

/** Calls a function of a wave without a deadline, and counts how it ends. */
export function run(wave: Wave, fn: Protected<unknown>, stop: Stopwatch | null): Promise<unknown> {
  wave.inFlight += 1;
  try {
    const pending = start(fn, null);
    if (stop !== null) void pending.then(stop, stop);
    return pending.then(wave.ok, wave.err);
  } catch (error) {
    return threw(wave, error);
  }
}

/** Calls a function of a wave with a deadline: what has not ended by then is given up. */
export function runGated(
  wave: Wave,
  fn: Protected<unknown>,
  stop: Stopwatch | null,
): Promise<unknown> {
  wave.inFlight += 1;
  const pending = new Promise(capture);
  startGated(new GatedCall(wave, stop, settleLast, rejectLast), fn);
  return pending;
}

let settleLast: (value: unknown) => void;
let rejectLast: (error: unknown) => void;

/** One executor for all, as a closure for each call is worth saving. */
function capture(resolve: (value: unknown) => void, reject: (error: unknown) => void): void {
  settleLast = resolve;
  rejectLast = reject;
}

class GatedCall implements Gate {
  index = 0;
  controller: AbortController | null = null;
  /** A timer gives calls up, but a fallback must run in the context of its caller. */
  readonly context: AsyncResource | null;
  ended = false;

  constructor(
    readonly wave: Wave,
    readonly stop: Stopwatch | null,
    readonly resolve: (value: unknown) => void,
    readonly reject: (error: unknown) => void,
  ) {
    this.context = wave.traits.rescue === undefined ? null : new AsyncResource('RecloserCall');
    wave.open(this);
  }

  expire(error: Error): void {
    if (!leave(this)) return;
    if (this.context === null) fail(this, error);
    else this.context.runInAsyncScope(fail, undefined, this, error);
    this.controller?.abort(error);
  }
}

function startGated(call: GatedCall, fn: Protected<unknown>): void {
  try {
    if (fn.length > 0) call.controller = new AbortController();
    start(fn, call.controller).then(
      (value) => {
        if (leave(call)) succeed(call, value);
      },
      (error: unknown) => {
        if (leave(call)) fail(call, error);
      },
    );
  } catch (error) {
    if (leave(call)) fail(call, error);
  }
}

/** False when the call has already ended, or was given up. */
function leave(call: GatedCall): boolean {
  if (call.ended) return false;
  call.ended = true;
  call.wave.shut(call);
  if (call.stop !== null) call.stop();
  return true;
}

function succeed(call: GatedCall, value: unknown): void {
  try {
    call.resolve(call.wave.passed(value));
  } catch (error) {
    call.reject(error);
  }
}

function fail(call: GatedCall, error: unknown): void {
  try {
    call.resolve(call.wave.failed(error));
  } catch (thrown) {
    call.reject(thrown);
  }
}

function start(fn: Protected<unknown>, controller: AbortController | null): Promise<unknown> {
  const pending =
    fn.length === 0
      ? (fn as () => unknown)()
      : // Without a deadline nothing aborts it, but a function that declares it may rely on it.
        fn((controller ?? new AbortController()).signal);
  return pending instanceof Promise ? pending : Promise.resolve(pending);
}

/** The end of a call that threw instead of returning a promise. */
async function threw(wave: Wave, error: unknown): Promise<unknown> {
  return await wave.err(error);
}

/**
 * A promise that rejects one microtask later. Node looks into every promise that is rejected before somebody listens,
 * which takes longer than all the rest of turning a call away.
 */
export function rejectSoon(error: Error): Promise<never> {
  return Promise.resolve(new Rejection(error));
}

class Rejection implements PromiseLike<never> {
  readonly #error: Error;

  constructor(error: Error) {
    this.#error = error;
  }

  then<A = never, B = never>(
    _: ((value: never) => A | PromiseLike<A>) | null | undefined,
    onRejected?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): PromiseLike<A | B> {
    onRejected?.(this.#error);
    return NEVER;
  }
}

const NEVER = new Promise<never>(() => undefined);
