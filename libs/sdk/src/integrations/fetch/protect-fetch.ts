import { type Context } from '@recloser/core';
import { keyed } from '../../calls/keyed.js';
import { attempt } from '../../signals/read.js';
import { isObject, read } from '../../signals/read.js';
import { mayRepeat } from '../http/repeatable.js';
import { retryAfterMs } from '../http/retry-after.js';
import { type BreakerOptions } from '../../options/options.js';
import { type Recloser } from '../../recloser.js';

/** What this file needs of a request's `init`. */
interface Abortable {
  readonly signal?: AbortSignal | null | undefined;
}

type Fetch<I, N, R> = (input: I, init?: N) => Promise<R>;

/** A response's body can be read once: no two calls may share one, and none may be kept. */
type Unshared<R> = Omit<BreakerOptions<R>, 'coalesce' | 'fallback'>;

export interface FetchOptions<R = Response> extends Unshared<R> {
  /**
   * Gives the response instead when a request is turned away, fails or times out. The body of a failed one that it does
   * not read is cancelled.
   */
  readonly fallback?: (error: unknown) => R | PromiseLike<R>;
  /**
   * Key of the breaker, or a function that says it; undefined leaves a request unprotected. Default: the URL's host, so
   * one breaker per origin. Say it yourself where users choose the hosts: each key is kept.
   */
  readonly breaker?: string | ((url: URL) => string | undefined);
  /** The context of a request; by default that of `withContext`. */
  readonly context?: (url: URL) => Context | undefined;
  /**
   * Whether `retry` may send a request again. Default: GET, HEAD, OPTIONS, TRACE, PUT and DELETE, and what has an
   * `Idempotency-Key`. What cannot be sent again never is: a `Request` with a body, a stream, an async iterator.
   */
  readonly repeatable?: (url: URL, method: string) => boolean;
}

/**
 * A `fetch` whose requests go through breakers. Responses come back whatever their status: 5xx count as failures and
 * 429 apart, other 4xx as successes. A request that its caller aborts counts as nothing. With `timeoutMs` the request
 * is aborted when no response has begun by then. Rejects with a `CircuitOpenError` when turned away.
 *
 * Requests are made by `options.fetch`, such as undici's; by default by the global one, looked up at each call.
 * @throws RecloserOptionError
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
  const { breaker: named = hostOf, context: contextOf, repeatable, retry, ...own } = options;
  const breakerOf = keyed(recloser, {
    ...own,
    ...(retry && { retry: { afterMs: retryAfterMs, ...retry } }),
  });
  const keyOf = typeof named === 'function' ? named : () => named;

  return (input, init) => {
    const url = attempt(() => new URL(addressOf(input)));
    const key = url && attempt(() => keyOf(url));
    // What was sent before is refused at once, and says nothing about whoever it is for.
    if (url === undefined || key === undefined || isSpent(input, init)) return send(input, init);
    const theirs = init?.signal ?? signalOf(input);
    const call = (signal: AbortSignal): Promise<R> => send(input, { ...init, signal } as N);
    const context = contextOf && attempt(() => contextOf(url));
    const again = retry !== undefined && isRepeatable(input, init, url, repeatable);
    return breakerOf(key, again).protect(call, context, theirs && { signal: theirs });
  };
}

function hostOf(url: URL): string | undefined {
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.host : undefined;
}

function addressOf(input: unknown): string {
  return isObject(input) && 'url' in input ? String(input.url) : String(input);
}

function signalOf(input: unknown): AbortSignal | undefined {
  const signal = read(input, 'signal');
  return signal instanceof AbortSignal ? signal : undefined;
}

/** A field of what is sent: of `init` where it has it, else of a `Request`. */
function fieldOf(input: unknown, init: unknown, field: string): unknown {
  return read(init, field) ?? (isObject(input) ? read(input, field) : undefined);
}

function isSpent(input: unknown, init: unknown): boolean {
  return read(input, 'bodyUsed') === true && isAbsent(read(init, 'body'));
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function isRepeatable(
  input: unknown,
  init: unknown,
  url: URL,
  chosen: FetchOptions['repeatable'],
): boolean {
  const given = fieldOf(input, init, 'method');
  const method = typeof given === 'string' ? given.toUpperCase() : 'GET';
  // The body of a `Request` is a stream, whatever it was made from.
  const body = fieldOf(input, init, 'body');
  const byThem = chosen && attempt(() => chosen(url, method));
  const headers = attempt(
    () => new Headers(fieldOf(input, init, 'headers') as Record<string, string>),
  );
  const hasKey = byThem ?? headers?.has('idempotency-key') ?? false;
  return mayRepeat({ method: byThem === false ? 'POST' : method, hasKey, body });
}
