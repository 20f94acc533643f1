import { type BreakerView, type CallSetting } from '@recloser/core';
import { type BreakerOptions } from '../options/options.js';
import { isStaleCache } from './stale-cache.js';
import { isPromise, read } from '../signals/read.js';
import { release } from './unread.js';
import { type FallbackHandler, type ResolvedCallOptions } from '../signals/call-batch.js';

const QUEUE_TIMEOUT_MS = 10_000;

/** The settings of a call: the code's options win over the control plane's, unless a setting is locked. */
export function resolveCallOptions(
  options: BreakerOptions<unknown>,
  view: BreakerView | null,
  fallbackHandler?: FallbackHandler,
): ResolvedCallOptions {
  const call = view?.call;
  const pick = (setting: CallSetting, own: number | undefined): number | undefined => {
    const set = call?.[setting] ?? undefined;
    return set !== undefined && call?.locked?.includes(setting) === true ? set : (own ?? set);
  };
  const timeoutMs = limit(pick('timeoutMs', options.timeoutMs));
  return {
    timeoutMs,
    stallMs: stallLimit(pick('stallMs', options.stallMs)),
    slowMs: limit(pick('slowMs', options.slowMs)),
    isFailure: options.isFailure,
    fallbackHandler,
    maxConcurrent: limit(pick('maxConcurrent', options.maxConcurrent)),
    maxQueue: pick('maxQueue', options.maxQueue) ?? 0,
    queueTimeoutMs:
      options.queueTimeoutMs ?? (timeoutMs === Infinity ? QUEUE_TIMEOUT_MS : timeoutMs),
    // Only the code knows which calls may be made twice: an operator tunes their retries, and gives none to others.
    maxRetries: mayRepeat(options) ? (pick('maxRetries', options.retry?.maxRetries) ?? 0) : 0,
  };
}

/** Nothing set anywhere. */
export const DEFAULT_CALL_OPTIONS = resolveCallOptions({}, null);

/**
 * The function that gives the fallback's value; undefined without a fallback, and for a cache, which the pipeline
 * reads.
 */
export function fallbackHandlerOf(
  fallback: BreakerOptions<unknown>['fallback'],
): ((error: unknown) => unknown) | undefined {
  if (fallback === undefined || isStaleCache(fallback)) return undefined;
  return (failed) => {
    const end = (given: unknown): void => replaced(failed, given);
    let given: unknown = fallback;
    try {
      if (isProvider(fallback)) given = fallback(failed);
    } finally {
      // It may read what has failed for as long as it takes.
      if (isPromise(given)) given.then(end, end);
      else end(given);
    }
    return given;
  };
}

/** Nobody reads a response any more in whose place another value is given. */
function replaced(failed: unknown, given: unknown): void {
  const body = read(failed, 'body') ?? failed;
  if (given !== body && read(given, 'body') !== body) release(failed);
}

function mayRepeat({ retry }: BreakerOptions<unknown>): boolean {
  return retry !== undefined && retry.maxRetries !== 0;
}

function isProvider(fallback: unknown): fallback is (error: unknown) => unknown {
  return typeof fallback === 'function';
}

/** Null: as long as is usual. */
function stallLimit(value: number | undefined): number | null {
  return value === undefined ? null : limit(value);
}

/** A positive number; anything else is no limit. */
function limit(value: number | undefined): number {
  return value !== undefined && value > 0 ? value : Infinity;
}
