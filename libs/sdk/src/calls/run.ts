import { AsyncResource } from 'node:async_hooks';
import { RecloserOptionError } from '../errors.js';
import { type AbortableCall, type CallBatch } from '../signals/call-batch.js';
import { isPromise } from '../signals/read.js';
import { follow, reasonOf } from './follow.js';
import { hidesParameter } from './parameters.js';
import { release } from './unread.js';

/** A function to protect. Its signal aborts when it is given up, and when its caller's does. */
export type Protected<T> = (signal: AbortSignal) => T | PromiseLike<T>;

/** Told how long a call took. Made only for the calls that are timed exactly. */
export type Stopwatch = () => void;

/** Calls a function of a batch without a deadline, and counts its outcome. */
export function run(
  batch: CallBatch,
  fn: Protected<unknown>,
  stop: Stopwatch | null,
): Promise<unknown> {
  batch.inFlight += 1;
  try {
    const pending = settled(fn.length === 0 ? fn(NEVER_ABORTS) : fn(new AbortController().signal));
    return stop === null ? pending.then(batch.ok, batch.err) : timed(batch, pending, stop);
  } catch (error) {
    return threw(batch, thrownBy(fn, error));
  }
}

/** Stops before it counts: a promise for the stopwatch alone would take longer than to read the clock. */
function timed(batch: CallBatch, pending: Promise<unknown>, stop: Stopwatch): Promise<unknown> {
  return pending.then(
    (value) => {
      stop();
      return batch.passed(value);
    },
    (error: unknown) => {
      stop();
      return batch.failed(error);
    },
  );
}

/** Calls a function of a batch that its deadline or its caller may abort. */
export function runAbortable(
  batch: CallBatch,
  fn: Protected<unknown>,
  stop: Stopwatch | null,
  caller?: AbortSignal,
): Promise<unknown> {
  batch.inFlight += 1;
  const pending = new Promise(capture);
  const call = free.pop() ?? new PooledCall();
  call.begin(batch, stop, settleLast, rejectLast, caller);
  // They hold the promise, and with it the result.
  settleLast = rejectLast = nobody;
  startAbortable(call, batch, fn);
  return pending;
}

const nobody = (): void => undefined;
let settleLast: (value: unknown) => void = nobody;
let rejectLast: (error: unknown) => void = nobody;

/** One executor for all, as a closure for each call is worth saving. */
function capture(resolve: (value: unknown) => void, reject: (error: unknown) => void): void {
  settleLast = resolve;
  rejectLast = reject;
}

/** Ended calls, to be used again: two callbacks for each are most of what a call with a deadline allocates. */
const free: PooledCall[] = [];
const MAX_FREE = 64;

class PooledCall implements AbortableCall {
  index = 0;
  controller: AbortController | null = null;
  caller: AbortSignal | undefined = undefined;
  stop: Stopwatch | null = null;
  /** A timer gives calls up, but a fallback, and who listens to the signal, must run in the context of the caller. */
  context: AsyncResource | null = null;
  #batch: CallBatch | null = null;
  #resolve: (value: unknown) => void = nobody;
  #reject: (error: unknown) => void = nobody;

  begin(
    batch: CallBatch,
    stop: Stopwatch | null,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
    caller: AbortSignal | undefined,
  ): void {
    this.#batch = batch;
    this.stop = stop;
    this.#resolve = resolve;
    this.#reject = reject;
    this.caller = caller;
    if (batch.callOptions.fallbackHandler !== undefined)
      this.context = new AsyncResource('RecloserCall');
    batch.add(this);
  }

  /** Called back once at most, after which nobody else knows this call. */
  readonly onOk = (value: unknown): void => {
    const batch = this.#leave();
    if (batch === null) release(value);
    else this.#succeed(batch, value);
    this.#free();
  };

  readonly onErr = (error: unknown): void => {
    if (!this.fail(error)) release(error);
    this.#free();
  };

  expire(error: Error): void {
    const batch = this.#leave();
    if (batch === null) return;
    const reason = this.caller?.aborted === true ? reasonOf(this.caller) : error;
    const end = (): void => {
      this.#fail(batch, reason);
      this.controller?.abort(reason);
    };
    if (this.context === null) end();
    else this.context.runInAsyncScope(end);
  }

  /** False when it has ended before, or was given up. */
  fail(error: unknown): boolean {
    const batch = this.#leave();
    if (batch !== null) this.#fail(batch, error);
    return batch !== null;
  }

  /** The batch that it was in; null once it has left the batch. */
  #leave(): CallBatch | null {
    const batch = this.#batch;
    if (batch === null) return null;
    this.#batch = null;
    batch.remove(this);
    if (this.stop !== null) this.stop();
    return batch;
  }

  #succeed(batch: CallBatch, value: unknown): void {
    try {
      this.#resolve(batch.passed(value));
    } catch (error) {
      this.#reject(error);
    }
  }

  #fail(batch: CallBatch, error: unknown): void {
    try {
      this.#resolve(batch.failed(error, this.caller));
    } catch (thrown) {
      this.#reject(thrown);
    }
  }

  #free(): void {
    if (free.length >= MAX_FREE) return;
    this.stop = null;
    this.#resolve = this.#reject = nobody;
    this.caller = undefined;
    this.controller = this.context = null;
    free.push(this);
  }
}

function startAbortable(call: PooledCall, batch: CallBatch, fn: Protected<unknown>): void {
  try {
    const takes = looksAtSignal(call, batch, fn);
    const pending = settled(fn(takes ? signalOf(call, batch) : NEVER_ABORTS));
    // A promise of another kind may call back twice, and by then a call may be another one.
    const isPlain = pending.then === Promise.prototype.then;
    (isPlain ? pending : new Promise((resolve) => resolve(pending))).then(call.onOk, call.onErr);
  } catch (error) {
    call.fail(thrownBy(fn, error));
  }
}

/** How many functions of each batch are looked into, until one hides a parameter; then all are. */
const LOOKED_AT = 8;
let parametersHide = false;

/** To look into each function's text would cost too much: the first ones of a burst tell for all. */
function looksAtSignal(
  { stop, caller }: PooledCall,
  batch: CallBatch,
  fn: Protected<unknown>,
): boolean {
  if (fn.length > 0 || caller !== undefined) return true;
  if (!parametersHide && (stop === null || batch.calls > LOOKED_AT)) return false;
  const hides = hidesParameter(fn);
  parametersHide ||= hides;
  return hides;
}

function signalOf(call: PooledCall, batch: CallBatch): AbortSignal {
  const { caller } = call;
  // Nothing but the caller ends it.
  if (caller !== undefined && batch.callOptions.timeoutMs === Infinity) return caller;
  const controller = (call.controller = new AbortController());
  call.context ??= new AsyncResource('RecloserCall');
  if (caller !== undefined) follow(caller, controller);
  return controller.signal;
}

/**
 * Nothing aborts it, and all may have the same one, as it keeps no listener. To make one takes longer than all the rest
 * of a call, so those get it whose function does not look at it.
 */
const NEVER_ABORTS = Object.defineProperty(new AbortController().signal, 'addEventListener', {
  value: () => undefined,
});

/** `Promise.resolve` for what may be a promise already. */
function settled(pending: unknown): Promise<unknown> {
  return isPromise(pending) ? pending : Promise.resolve(pending);
}

/** What was thrown at once; what cannot be called says nothing about the dependency. */
function thrownBy(fn: unknown, error: unknown): unknown {
  return typeof fn === 'function' ? error : new RecloserOptionError('fn', fn, 'a function');
}

/** The end of a call that threw instead of returning a promise. */
async function threw(batch: CallBatch, error: unknown): Promise<unknown> {
  return await batch.err(error);
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
