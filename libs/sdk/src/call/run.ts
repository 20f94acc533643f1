import { AsyncResource } from 'node:async_hooks';
import { RecloserOptionError } from '../errors.js';
import { type Gate, type Wave } from '../counting/wave.js';
import { isPromise } from '../counting/read.js';
import { follow } from './follow.js';
import { hidesParameter } from './parameters.js';
import { release } from './unread.js';

/** A function to protect. Its signal aborts when it is given up, and when its caller's does. */
export type Protected<T> = (signal: AbortSignal) => T | PromiseLike<T>;

/** Told how long a call took. Made only for the calls that are timed exactly. */
export type Stopwatch = () => void;

/** Calls a function of a wave without a deadline, and counts how it ends. */
export function run(wave: Wave, fn: Protected<unknown>, stop: Stopwatch | null): Promise<unknown> {
  wave.inFlight += 1;
  try {
    const pending = settled(fn.length === 0 ? fn(NEVER_ABORTS) : fn(new AbortController().signal));
    if (stop !== null) void pending.then(stop, stop);
    return pending.then(wave.ok, wave.err);
  } catch (error) {
    return threw(wave, thrownBy(fn, error));
  }
}

/** Calls a function of a wave that may be given up: by its deadline, or by its caller. */
export function runGated(
  wave: Wave,
  fn: Protected<unknown>,
  stop: Stopwatch | null,
  caller?: AbortSignal,
): Promise<unknown> {
  wave.inFlight += 1;
  const pending = new Promise(capture);
  startGated(new GatedCall(wave, stop, settleLast, rejectLast, caller), fn);
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
    readonly caller: AbortSignal | undefined,
  ) {
    this.context = wave.traits.rescue === undefined ? null : new AsyncResource('RecloserCall');
    wave.open(this);
  }

  expire(error: Error): void {
    if (!leave(this)) return;
    const reason = this.caller?.aborted === true ? (this.caller.reason as Error) : error;
    if (this.context === null) fail(this, reason);
    else this.context.runInAsyncScope(fail, undefined, this, reason);
    this.controller?.abort(reason);
  }
}

function startGated(call: GatedCall, fn: Protected<unknown>): void {
  try {
    settled(fn(looksAtSignal(call, fn) ? signalOf(call) : NEVER_ABORTS)).then(
      (value) => {
        if (leave(call)) succeed(call, value);
        else release(value);
      },
      (error: unknown) => {
        if (leave(call)) fail(call, error);
        else release(error);
      },
    );
  } catch (error) {
    if (leave(call)) fail(call, thrownBy(fn, error));
  }
}

/** How many functions of each wave are looked into, until one hides a parameter; then all are. */
const LOOKED_AT = 8;
let parametersHide = false;

/** To look into each function's text would cost too much: the first ones of a burst tell for all. */
function looksAtSignal({ wave, stop, caller }: GatedCall, fn: Protected<unknown>): boolean {
  if (fn.length > 0 || caller !== undefined) return true;
  if (!parametersHide && (stop === null || wave.calls > LOOKED_AT)) return false;
  const hides = hidesParameter(fn);
  parametersHide ||= hides;
  return hides;
}

function signalOf(call: GatedCall): AbortSignal {
  const { caller, wave } = call;
  // Nothing but the caller ends it.
  if (caller !== undefined && wave.traits.timeoutMs === Infinity) return caller;
  const controller = (call.controller = new AbortController());
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
    call.resolve(call.wave.failed(error, call.caller));
  } catch (thrown) {
    call.reject(thrown);
  }
}

/** `Promise.resolve` for what may be a promise already. */
function settled(pending: unknown): Promise<unknown> {
  return isPromise(pending) ? pending : Promise.resolve(pending);
}

/** What was thrown at once; what cannot be called says nothing about the dependency. */
function thrownBy(fn: unknown, error: unknown): unknown {
  return typeof fn === 'function' ? error : new RecloserOptionError('fn', fn, 'a function');
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
