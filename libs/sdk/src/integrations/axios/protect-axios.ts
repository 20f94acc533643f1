import {
  getAdapter,
  isCancel,
  type AxiosInstance,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
} from 'axios';
import { type Context } from '@recloser/core';
import { follow } from '../../calls/follow.js';
import { keyed } from '../../calls/keyed.js';
import { attempt } from '../../signals/read.js';
import { mayRepeat } from '../http/repeatable.js';
import { retryAfterMs } from '../http/retry-after.js';
import { type BreakerOptions } from '../../options/options.js';
import { type Recloser } from '../../recloser.js';

export interface AxiosOptions extends BreakerOptions<AxiosResponse> {
  /**
   * Key of the breaker, or a function that says it; undefined leaves a request unprotected. Default: the URL's host, so
   * one breaker per origin. Say it yourself where users choose the hosts: each key is kept.
   */
  readonly breaker?: string | ((config: InternalAxiosRequestConfig) => string | undefined);
  /** The context of a request; by default that of `withContext`. */
  readonly context?: (config: InternalAxiosRequestConfig) => Context | undefined;
  /**
   * Whether `retry` may send a request again. Default: GET, HEAD, OPTIONS, TRACE, PUT and DELETE, and what has an
   * `Idempotency-Key`. What cannot be sent again never is: a stream, and a form that is one.
   */
  readonly repeatable?: (config: InternalAxiosRequestConfig) => boolean;
}

/**
 * Puts breakers in front of all requests of an axios instance; returns a function that takes them away again. 5xx count
 * as failures and 429 apart, also where `validateStatus` lets them pass; a cancelled request counts as nothing. Rejects
 * with a `CircuitOpenError` when turned away.
 * @throws RecloserOptionError
 */
export function protectAxios(
  instance: AxiosInstance,
  recloser: Recloser,
  options: AxiosOptions = {},
): () => void {
  const { breaker: named, context: contextOf, repeatable, retry, ...own } = options;
  const { isFailure } = own;
  const breakerOf = keyed(recloser, {
    ...own,
    ...(retry && { retry: { afterMs: retryAfterMs, ...retry } }),
    isFailure: (value, kind) => (isCancel(value) ? 'ignore' : isFailure?.(value, kind)),
  });
  const keyOf =
    typeof named === 'function'
      ? named
      : (config: InternalAxiosRequestConfig) => named ?? new URL(instance.getUri(config)).host;
  const { adapter } = instance.defaults;
  let removed = false;

  const protectedAdapter = async (config: InternalAxiosRequestConfig): Promise<AxiosResponse> => {
    const send = getAdapter(adapter, config);
    const key = removed ? undefined : attempt(() => keyOf(config));
    if (key === undefined) return await send(config);
    const { signal: theirs } = config;
    const call = (signal: AbortSignal): Promise<AxiosResponse> =>
      send({ ...config, signal: either(signal, theirs) });
    const context = attempt(() => contextOf?.(config));
    const again = retry !== undefined && isRepeatable(config, repeatable);
    const signal = theirs instanceof AbortSignal ? theirs : undefined;
    return await breakerOf(key, again).protect(call, context, signal && { signal });
  };
  instance.defaults.adapter = protectedAdapter;
  return () => {
    // Others may stand on top of it, and hand on what comes through.
    removed = true;
    if (instance.defaults.adapter !== protectedAdapter) return;
    if (adapter === undefined) delete instance.defaults.adapter;
    else instance.defaults.adapter = adapter;
  };
}

type TheirSignal = InternalAxiosRequestConfig['signal'];

/** Ours follows theirs already, but for one that is no native signal: then ours ends the call, and theirs the request. */
function either(ours: AbortSignal, theirs: TheirSignal): NonNullable<TheirSignal> {
  if (theirs === undefined || theirs instanceof AbortSignal) return ours;
  const both = new AbortController();
  follow(ours, both);
  theirs.addEventListener?.('abort', () => both.abort());
  if (theirs.aborted) both.abort();
  return both.signal;
}

function isRepeatable(
  config: InternalAxiosRequestConfig,
  chosen: AxiosOptions['repeatable'],
): boolean {
  const byThem = chosen && attempt(() => chosen(config));
  const hasKey = byThem ?? config.headers.has('idempotency-key');
  const method = byThem === false ? 'POST' : config.method;
  return mayRepeat({ method, hasKey, body: config.data });
}
