import { type DecisionReason, type StateKind } from '@recloser/core';
import { read } from './signals/read.js';

const OPEN_BRAND = Symbol.for('recloser.circuit-open');
const TIMEOUT_BRAND = Symbol.for('recloser.timeout');
const BULKHEAD_BRAND = Symbol.for('recloser.bulkhead');
const OPTION_BRAND = Symbol.for('recloser.option');
/** Nobody was asked. */
const HTTP_UNAVAILABLE = 503;
/** As a gateway that got no answer in time. */
const HTTP_GATEWAY_TIMEOUT = 504;

/** What a `CircuitOpenError` says about the call that was turned away. */
export interface CircuitOpenDetails {
  readonly breaker: string;
  readonly state: StateKind;
  readonly reason: DecisionReason;
  readonly retryAfterMs: number | null;
}

/** The breaker did not let a call through. */
export class CircuitOpenError extends Error implements CircuitOpenDetails {
  readonly code = 'RECLOSER_OPEN';
  readonly breaker: string;
  readonly state: StateKind;
  readonly reason: DecisionReason;
  /** Milliseconds until a change is due at the earliest; null when only a person or new evidence will change it. */
  readonly retryAfterMs: number | null;
  /** 503: what Express, Fastify and Nest answer with when nobody catches it. */
  declare readonly statusCode: number;

  constructor(details: CircuitOpenDetails) {
    super(`Breaker "${details.breaker}" is ${details.state}: the call was not made`);
    this.breaker = details.breaker;
    this.state = details.state;
    this.reason = details.reason;
    this.retryAfterMs = details.retryAfterMs;
  }
}
brand(CircuitOpenError, 'CircuitOpenError', OPEN_BRAND, HTTP_UNAVAILABLE);

/** The call took longer than the breaker's timeout, or hung when the breaker opened less than a second before it. */
export class CallTimeoutError extends Error {
  readonly code = 'RECLOSER_TIMEOUT';
  readonly breaker: string;
  /** How long it waited: the timeout, or up to a second less where the breaker opened and nothing was answered. */
  readonly timeoutMs: number;
  /** True when this process's own event loop was blocked meanwhile, so that the dependency is not blamed. */
  readonly localLag: boolean;
  /** 504: what Express, Fastify and Nest answer with when nobody catches it. */
  declare readonly statusCode: number;

  constructor(breaker: string, timeoutMs: number, localLag: boolean) {
    super(`Breaker "${breaker}": no answer within ${timeoutMs} ms`);
    this.breaker = breaker;
    this.timeoutMs = timeoutMs;
    this.localLag = localLag;
  }
}
brand(CallTimeoutError, 'CallTimeoutError', TIMEOUT_BRAND, HTTP_GATEWAY_TIMEOUT);

/** As many calls as may be are in flight and waiting: this one was not made. It says nothing about the dependency. */
export class BulkheadFullError extends Error {
  readonly code = 'RECLOSER_BULKHEAD';
  readonly breaker: string;
  readonly maxConcurrent: number;
  /** 503, as of a `CircuitOpenError`. */
  declare readonly statusCode: number;

  constructor(breaker: string, maxConcurrent: number) {
    super(`Breaker "${breaker}" has ${maxConcurrent} calls in flight: the call was not made`);
    this.breaker = breaker;
    this.maxConcurrent = maxConcurrent;
  }
}
brand(BulkheadFullError, 'BulkheadFullError', BULKHEAD_BRAND, HTTP_UNAVAILABLE);

/** An option in the code is not what it has to be. Thrown where the option is given, never later. */
export class RecloserOptionError extends TypeError {
  readonly code = 'RECLOSER_OPTION';
  /** Its path: 'retry.maxRetries'. */
  readonly option: string;
  readonly value: unknown;

  constructor(option: string, value: unknown, expected: string) {
    super(`Option ${option} must be ${expected}, not ${tell(value)}`);
    this.option = option;
    this.value = value;
  }
}
brand(RecloserOptionError, 'RecloserOptionError', OPTION_BRAND);

/** Something went wrong inside the SDK or on its connection. Only ever seen by `on('error', …)`. */
export class RecloserSdkError extends Error {
  /** Stable, for programs: `unauthorized`, `malformed_frame`, `listener_failed`… or a code of the control plane. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
brand(RecloserSdkError, 'RecloserSdkError');

/** Tells of a fault that no caller hears of. */
export type OnError = (code: string, message: string, cause?: unknown) => void;

/** True for a `CircuitOpenError`, also one of another copy of this package. */
export function isCircuitOpen(error: unknown): error is CircuitOpenError {
  return read(error, OPEN_BRAND) === true;
}

/** True for a `CallTimeoutError`, also one of another copy of this package. */
export function isCallTimeout(error: unknown): error is CallTimeoutError {
  return read(error, TIMEOUT_BRAND) === true;
}

/** True for a `BulkheadFullError`, also one of another copy of this package. */
export function isBulkheadFull(error: unknown): error is BulkheadFullError {
  return read(error, BULKHEAD_BRAND) === true;
}

/** True for an error of ours that says nothing about the dependency: it was not asked. */
export function isNotAsked(error: unknown): boolean {
  return isCircuitOpen(error) || isBulkheadFull(error) || read(error, OPTION_BRAND) === true;
}

/** Makes an error without a stack trace, which is most of its cost. */
export function withoutStack<E extends Error>(create: () => E): E {
  const limit = Error.stackTraceLimit;
  limitStacks(0);
  const error = create();
  limitStacks(limit);
  return error;
}

/** An assignment would throw where intrinsics are frozen. */
function limitStacks(frames: number): void {
  Reflect.set(Error, 'stackTraceLimit', frames);
}

/** A value as it stands in a message: short, whatever it is. */
function tell(value: unknown): string {
  if (typeof value === 'string') return `'${value.slice(0, 50)}'`;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : typeof value;
}

/** On the prototype, where it costs an error nothing. An HTTP status stands there as in errors of `http-errors`. */
function brand(
  type: { readonly prototype: Error },
  name: string,
  symbol?: symbol,
  status?: number,
): void {
  const { prototype } = type;
  const fields = { name, ...(status && { status, statusCode: status, expose: false }) };
  for (const [field, value] of Object.entries(fields)) {
    Object.defineProperty(prototype, field, { value, configurable: true, writable: true });
  }
  if (symbol !== undefined) Object.defineProperty(prototype, symbol, { value: true });
}
