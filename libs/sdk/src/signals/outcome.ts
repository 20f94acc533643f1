import { isCallTimeout, isNotAsked } from '../errors.js';
import { type CallOptions } from '../options/options.js';
import { attempt, isObject, read } from './read.js';

/** How one call ended. Slow is a property of a success or failure, stalled one of its being in flight. */
export type CallOutcome =
  'success' | 'failure' | 'timeout' | 'throttled' | 'localLag' | 'cancelled' | 'ignored';

/** ETIMEDOUT, ESOCKETTIMEDOUT, UND_ERR_HEADERS_TIMEOUT and its kin, and what axios calls its own time limit. */
const TIMEOUT_CODE = /TIMEDOUT$|_TIMEOUT$|^ECONNABORTED$/;
/** gRPC codes that stand for a status above 499, a bit each: unknown, unimplemented, internal, unavailable, data loss. */
const GRPC_FAILURES = 0b1111_0000_0000_0100;
/** AWS answers 400 to most calls that come too fast. */
const AWS_THROTTLED = /throttl|toomanyreq|throughputexc|requestlimit|slowdown/i;
/** How many errors deep a cause is looked for. */
const MAX_DEPTH = 5;
/** How many of the errors that are put together in one are looked at. */
const MAX_WIDTH = 16;

type IsFailure = CallOptions['isFailure'];

/** Classifies what a call threw; `signal` is its caller's, where there is one. Never throws. */
export function outcomeOfError(
  error: unknown,
  isFailure: IsFailure,
  signal?: AbortSignal,
): CallOutcome {
  if (signal?.aborted === true) return outcomeOfAbort(signal.reason);
  if (isCallTimeout(error)) return error.localLag ? 'localLag' : 'timeout';
  const told = ask(isFailure, error, 'error');
  if (told !== undefined && told !== 'failure') return told;
  let link = error;
  for (let depth = 0; depth < MAX_DEPTH && isObject(link); depth += 1) {
    const known = signal !== undefined;
    const outcome = outcomeOfLink(link, known) ?? outcomeOfAll(read(link, 'errors'), known);
    if (outcome === 'timeout' || (outcome !== undefined && told === undefined)) return outcome;
    link = read(link, 'cause');
  }
  return 'failure';
}

/** Classifies what a call returned. Only an HTTP response can be a failure by default. Never throws. */
export function outcomeOfResult(value: unknown, isFailure: IsFailure): CallOutcome {
  const told = ask(isFailure, value, 'result');
  if (told !== undefined) return told;
  const isResponse = looksRefused(value) && isObject(read(value, 'headers'));
  return isResponse ? outcomeOfStatus(statusOf(value) ?? 0) : 'success';
}

/** True for an object with a status of 429 or more, as a response of `fetch`, undici, got or axios may have. */
export function looksRefused(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  try {
    const { status, statusCode } = value as Readonly<Record<string, number>>;
    return (status as number) >= 429 || (statusCode as number) >= 429;
  } catch {
    return false;
  }
}

/** A caller that hung up says nothing about the dependency; one whose time was up says that it was too slow. */
function outcomeOfAbort(reason: unknown): CallOutcome {
  if (isCallTimeout(reason)) return reason.localLag ? 'localLag' : 'timeout';
  return read(reason, 'name') === 'TimeoutError' ? 'timeout' : 'cancelled';
}

/** What one error of a chain says; undefined: nothing. */
function outcomeOfLink(error: object, callerIsKnown: boolean): CallOutcome | undefined {
  if (isCallTimeout(error)) return error.localLag ? 'localLag' : 'timeout';
  // Another breaker turned the call away: the dependency behind this one was not asked.
  if (isNotAsked(error)) return 'ignored';
  const name = read(error, 'name');
  const code = read(error, 'code');
  const metadata = read(error, '$metadata');
  if (isThrottledByAws(name, metadata)) return 'throttled';
  const status = statusOf(error) ?? statusOf(read(error, 'response')) ?? statusOf(metadata);
  if (status !== undefined) return outcomeOfStatus(status);
  const outcome = grpcOutcome(error, code);
  const isAbort = name === 'AbortError' || code === 'ERR_CANCELED' || outcome === 'cancelled';
  // Whose abort it was is known where the caller's signal is; else the error's own word counts.
  if (isAbort) return callerIsKnown ? 'failure' : 'cancelled';
  if (outcome !== undefined) return outcome;
  if (name === 'TimeoutError') return 'timeout';
  return typeof code === 'string' && TIMEOUT_CODE.test(code) ? 'timeout' : undefined;
}

/** What the errors of an `AggregateError` say, as `Promise.any` has them; undefined: nothing, or not all the same. */
function outcomeOfAll(errors: unknown, callerIsKnown: boolean): CallOutcome | undefined {
  let all: CallOutcome | undefined;
  for (let at = 0; at < MAX_WIDTH; at += 1) {
    const error = read(errors, at);
    if (!isObject(error)) break;
    const outcome = outcomeOfLink(error, callerIsKnown);
    if (outcome === undefined || outcome !== (all ?? outcome)) return undefined;
    all = outcome;
  }
  return all;
}

function outcomeOfStatus(status: number): CallOutcome {
  if (status === 429) return 'throttled';
  // Anything below 500 is an answer: the dependency is there.
  return status >= 500 ? 'failure' : 'success';
}

function statusOf(holder: unknown): number | undefined {
  for (const field of ['status', 'statusCode', 'httpStatusCode']) {
    const value = read(holder, field);
    if (typeof value === 'number' && value >= 400 && value <= 599) return value;
  }
  return undefined;
}

/** Errors of gRPC clients carry a number from 0 to 16, and their metadata. */
function grpcOutcome(error: object, code: unknown): CallOutcome | undefined {
  if (typeof code !== 'number' || !isObject(read(error, 'metadata'))) return undefined;
  if (code === 1) return 'cancelled';
  if (code === 4) return 'timeout';
  if (code === 8) return 'throttled';
  return ((GRPC_FAILURES >> code) & 1) === 1 ? 'failure' : 'success';
}

function isThrottledByAws(name: unknown, metadata: unknown): boolean {
  return isObject(metadata) && typeof name === 'string' && AWS_THROTTLED.test(name);
}

/** The user's verdict; undefined when there is none, also when it throws: a classifier must not break the call. */
function ask(
  isFailure: IsFailure,
  value: unknown,
  kind: 'error' | 'result',
): 'success' | 'failure' | 'ignored' | undefined {
  const told = attempt(() => isFailure?.(value, kind));
  if (told === true) return 'failure';
  if (told === false) return 'success';
  return told === 'ignore' ? 'ignored' : undefined;
}
