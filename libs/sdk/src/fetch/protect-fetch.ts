import { type Context } from '@recloser/core';
import { attempt, keyed } from '../call/keyed.js';
import { type BreakerOptions } from '../options/options.js';
import { type Recloser } from '../recloser.js';

/** What this file needs of a request's `init`. */
interface Abortable {
  readonly signal?: AbortSignal | null | undefined;
}

type Fetch<I, N, R> = (input: I, init?: N) => Promise<R>;

/** A response's body can be read once: no two calls may share one, and none may be kept. */
type Unshared<R> = Omit<BreakerOptions<R>, 'coalesce' | 'fallback'>;

export interface FetchOptions<R = Response> extends Unshared<R> {
  /** Gives the response instead when a request is turned away, fails or times out. */
  readonly fallback?: (error: unknown) => R | PromiseLike<R>;
  /**
   * Key of the breaker, or a function that says it; undefined leaves a request unprotected. Default: the URL's host, so
   * one breaker per origin. Say it yourself where users choose the hosts: each key is kept.
   */
  readonly breaker?: string | ((url: URL) => string | undefined);
  /** The context of a request; by default that of `withContext`. */
  readonly context?: (url: URL) => Context | undefined;
}

/**
 * A `fetch` whose requests go through breakers. Responses come back whatever their status: 5xx count as failures and
 * 429 apart, other 4xx as successes. A request that its caller aborts counts as nothing. With `timeoutMs` the request
 * is aborted when no response has begun by then. Rejects with a `CircuitOpenError` when turned away.
 *
 * Requests are made by `options.fetch`, such as undici's; by default by the global one, looked up at each call.
 */
export function protectFetch(recloser: Recloser, options?: FetchOptions): typeof fetch;
export function protectFetch<I, N extends Abortable, R>(
  recloser: Recloser,
  options: FetchOptions<R> & { readonly fetch: Fetch<I, N, R> },
): Fetch<I, N, R>;
export function protectFetch(
  recloser: Recloser,
  options: FetchOptions & { readonly fetch?: typeof fetch } = {},
): typeof fetch {
  const { fetch: given, ...own } = options;
  return guarded(recloser, own, given ?? ((input, init) => globalThis.fetch(input, init)));
}

function guarded<I, N extends Abortable, R>(
  recloser: Recloser,
  options: FetchOptions<R>,
  send: Fetch<I, N, R>,
): Fetch<I, N, R> {
  const { breaker: named = hostOf, context: contextOf, ...own } = options;
  const aborts = new WeakSet();
  const breakerOf = keyed(recloser, { ...own, isFailure: unlessAborted(aborts, own.isFailure) });
  const keyOf = typeof named === 'function' ? named : () => named;

  return (input, init) => {
    const url = attempt(() => new URL(addressOf(input)));
    const key = url && attempt(() => keyOf(url));
    if (url === undefined || key === undefined) return send(input, init);
    const theirs = init?.signal ?? signalOf(input);
    let response: R | undefined;
    const call = async (signal: AbortSignal): Promise<R> => {
      // Another attempt: nobody will read the answer of the one before.
      if (response !== undefined) discard(response);
      try {
        response = await send(input, { ...init, signal } as N);
        return response;
      } catch (error) {
        if (theirs?.aborted === true && error === theirs.reason) note(aborts, error);
        throw error;
      }
    };
    const context = contextOf && attempt(() => contextOf(url));
    return breakerOf(key).protect(call, context, theirs && { signal: theirs });
  };
}

function hostOf(url: URL): string | undefined {
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.host : undefined;
}

function addressOf(input: unknown): string {
  return typeof input === 'object' && input !== null && 'url' in input
    ? String(input.url)
    : String(input);
}

function signalOf(input: unknown): AbortSignal | undefined {
  if (typeof input !== 'object' || input === null || !('signal' in input)) return undefined;
  return input.signal instanceof AbortSignal ? input.signal : undefined;
}

/** Frees the connection of a response that nobody reads. */
function discard(response: unknown): void {
  const body: unknown = attempt(() => (response as { readonly body?: unknown }).body);
  if (body instanceof ReadableStream) body.cancel().catch(() => undefined);
}

/** Remembers what a caller aborted with, which may be any error; but running out of time is evidence. */
function note(aborts: WeakSet<object>, reason: unknown): void {
  if (typeof reason !== 'object' || reason === null) return;
  if (!('name' in reason) || reason.name !== 'TimeoutError') aborts.add(reason);
}

function unlessAborted(
  aborts: WeakSet<object>,
  isFailure: BreakerOptions['isFailure'],
): NonNullable<BreakerOptions['isFailure']> {
  return (value, kind) => {
    if (typeof value === 'object' && value !== null && aborts.has(value)) return 'ignore';
    return isFailure?.(value, kind);
  };
}
