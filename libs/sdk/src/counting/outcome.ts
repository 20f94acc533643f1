import { isBulkheadFull, isCallTimeout, isCircuitOpen } from '../errors.js';
import { type CallOptions } from '../options/options.js';

/** How one call ended. Slow is a property of a success or failure, stalled one of its being in flight. */
export type Outcome =
  'success' | 'failure' | 'timeout' | 'throttled' | 'localLag' | 'cancelled' | 'ignored';

const TIMEOUT_CODES: ReadonlySet<unknown> = new Set([
  'ETIMEDOUT',
  'ESOCKETTIMEDOUT',
  'ECONNABORTED',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

type IsFailure = CallOptions['isFailure'];

/** Classifies what a call threw. */
export function outcomeOfError(error: unknown, isFailure: IsFailure): Outcome {
  if (isCallTimeout(error)) return error.localLag ? 'localLag' : 'timeout';
  const told = ask(isFailure, error, 'error');
  if (told !== undefined) return told === 'failure' ? failureKind(error) : told;
  if (typeof error !== 'object' || error === null) return 'failure';
  // Another breaker turned the call away: the dependency behind this one was not asked.
  if (isCircuitOpen(error) || isBulkheadFull(error)) return 'ignored';
  const status = statusOf(error);
  if (status !== undefined) return outcomeOfStatus(status);
  if ('name' in error && error.name === 'AbortError') return 'cancelled';
  return failureKind(error);
}

/** Classifies what a call returned. Only a `fetch`-like response can be a failure by default. */
export function outcomeOfResult(value: unknown, isFailure: IsFailure): Outcome {
  if (isFailure !== undefined) {
    const told = ask(isFailure, value, 'result');
    if (told !== undefined) return told;
  }
  if (!looksRefused(value)) return 'success';
  const status = 'status' in value ? value.status : undefined;
  return typeof status === 'number' && 'headers' in value ? outcomeOfStatus(status) : 'success';
}

/** True for an object that says `ok: false`, as a `fetch` response with an error status does. */
export function looksRefused(value: unknown): value is { readonly ok: false } {
  return typeof value === 'object' && value !== null && (value as { ok?: unknown }).ok === false;
}

function outcomeOfStatus(status: number): Outcome {
  if (status === 429) return 'throttled';
  // Anything below 500 is an answer: the dependency is there.
  return status >= 500 ? 'failure' : 'success';
}

function failureKind(error: unknown): 'failure' | 'timeout' {
  if (typeof error !== 'object' || error === null) return 'failure';
  if ('name' in error && error.name === 'TimeoutError') return 'timeout';
  if ('code' in error && TIMEOUT_CODES.has(error.code)) return 'timeout';
  const cause = 'cause' in error ? error.cause : undefined;
  return typeof cause === 'object' &&
    cause !== null &&
    'code' in cause &&
    TIMEOUT_CODES.has(cause.code)
    ? 'timeout'
    : 'failure';
}

function statusOf(error: object): number | undefined {
  for (const field of ['status', 'statusCode'] as const) {
    const value = (error as Readonly<Record<string, unknown>>)[field];
    if (isHttpStatus(value)) return value;
  }
  const response = 'response' in error ? error.response : undefined;
  if (typeof response !== 'object' || response === null || !('status' in response))
    return undefined;
  return isHttpStatus(response.status) ? response.status : undefined;
}

function isHttpStatus(value: unknown): value is number {
  return typeof value === 'number' && value >= 400 && value <= 599;
}

/** The user's verdict; undefined when there is none, also when it throws: a classifier must not break the call. */
function ask(
  isFailure: IsFailure,
  value: unknown,
  kind: 'error' | 'result',
): 'success' | 'failure' | 'ignored' | undefined {
  if (isFailure === undefined) return undefined;
  try {
    const told = isFailure(value, kind);
    if (told === true) return 'failure';
    if (told === false) return 'success';
    return told === 'ignore' ? 'ignored' : undefined;
  } catch {
    return undefined;
  }
}
