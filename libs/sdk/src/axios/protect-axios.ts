import {
  getAdapter,
  isCancel,
  type AxiosInstance,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
} from 'axios';
import { type Context } from '@recloser/core';
import { attempt, keyed } from '../call/keyed.js';
import { type BreakerOptions } from '../options/options.js';
import { type Recloser } from '../recloser.js';

export interface AxiosOptions extends BreakerOptions<AxiosResponse> {
  /**
   * Key of the breaker, or a function that says it; undefined leaves a request unprotected. Default: the URL's host, so
   * one breaker per origin. Say it yourself where users choose the hosts: each key is kept.
   */
  readonly breaker?: string | ((config: InternalAxiosRequestConfig) => string | undefined);
  /** The context of a request; by default that of `withContext`. */
  readonly context?: (config: InternalAxiosRequestConfig) => Context | undefined;
}

/**
 * Puts breakers in front of all requests of an axios instance; returns a function that takes them away again. 5xx count
 * as failures and 429 apart, also where `validateStatus` lets them pass; a cancelled request counts as nothing. Rejects
 * with a `CircuitOpenError` when turned away.
 */
export function protectAxios(
  instance: AxiosInstance,
  recloser: Recloser,
  options: AxiosOptions = {},
): () => void {
  const { breaker: named, context: contextOf, ...own } = options;
  const { isFailure } = own;
  const breakerOf = keyed(recloser, {
    ...own,
    isFailure: (value, kind) => (isCancel(value) ? 'ignore' : isFailure?.(value, kind)),
  });
  const keyOf =
    typeof named === 'function'
      ? named
      : (config: InternalAxiosRequestConfig) => named ?? new URL(instance.getUri(config)).host;
  const { adapter } = instance.defaults;

  const protectedAdapter = async (config: InternalAxiosRequestConfig): Promise<AxiosResponse> => {
    const send = getAdapter(adapter, config);
    const key = attempt(() => keyOf(config));
    if (key === undefined) return await send(config);
    const call = async (signal: AbortSignal): Promise<AxiosResponse> =>
      weighed(await send({ ...config, signal: either(signal, config.signal) }));
    const context = attempt(() => contextOf?.(config));
    const response = await breakerOf(key).protect(call, context);
    return refused.get(response) ?? response;
  };
  instance.defaults.adapter = protectedAdapter;
  return () => {
    if (instance.defaults.adapter !== protectedAdapter) return;
    if (adapter === undefined) delete instance.defaults.adapter;
    else instance.defaults.adapter = adapter;
  };
}

/** Responses as they came, by what the breaker has weighed in their place. */
const refused = new WeakMap<AxiosResponse, AxiosResponse>();

/** A response that `validateStatus` let pass says about its status what a `fetch` response would. */
function weighed(response: AxiosResponse): AxiosResponse {
  if (response.status < 400) return response;
  const seen: AxiosResponse & { readonly ok: false } = Object.assign(
    { ...response },
    { ok: false as const },
  );
  refused.set(seen, response);
  return seen;
}

type TheirSignal = InternalAxiosRequestConfig['signal'];

/** One that is no native signal cannot be joined, and the caller's goes first. */
function either(ours: AbortSignal, theirs: TheirSignal): NonNullable<TheirSignal> {
  if (theirs === undefined) return ours;
  return theirs instanceof AbortSignal ? AbortSignal.any([ours, theirs]) : theirs;
}
