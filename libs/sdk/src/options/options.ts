import { type AttributeValue, type Context } from '@recloser/core';
import { type Agent } from 'node:http';
import { type LocalPolicy } from '../breaker/local-breaker.js';
import { type StaleCache } from '../calls/stale-cache.js';

/**
 * What a call without its cohort key counts as while only a part of the traffic is let in: `sample` admits it at random
 * by the same percentage, `instance` uses the instance's id as its key, `hold` turns it away.
 */
export type MissingKey = 'sample' | 'instance' | 'hold';

export interface RecloserOptions {
  /** `RECLOSER_URL`, or ws://localhost:4400, by default. Control plane or relay: `ws(s)://host:port`, `http(s)://…`, or `ws+unix:///run/recloser.sock`. */
  readonly url?: string;
  /** Key of one environment, from the console's *Keys* page; by default `RECLOSER_SDK_KEY`. */
  readonly sdkKey?: string | undefined;
  /** Name of the calling service, the same on all its instances. */
  readonly service?: string;
  readonly zone?: string;
  readonly region?: string;
  /** Defaults to host name, process id and a random part. */
  readonly instanceId?: string;
  /** More attributes of this instance that rules may use. */
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  /** File that keeps the last known state, so that a restart without a control plane starts from it. */
  readonly snapshotFile?: string;
  /** Break-glass, over everything else: `{ stripe: 'open' }`. `RECLOSER_FORCE` sets the same. */
  readonly force?: Readonly<Record<string, ForceState>>;
  /**
   * File that forces states while the process runs: `stripe=open`, one a line, over `force` and `RECLOSER_FORCE`. A change
   * is seen within a second or two, and so is its removal, which lifts them. By default `RECLOSER_FORCE_FILE`.
   */
  readonly forceFile?: string;
  /** Defaults for all breakers. */
  readonly defaults?: CallOptions;
  /** False: decide locally only and never connect. */
  readonly connect?: boolean;
  /** How connections to the control plane are made, where the usual way does not lead there. */
  readonly connection?: ConnectionOptions;
  /** What this process goes by while it decides alone, for each breaker by name. */
  readonly policies?: Readonly<Record<string, LocalPolicy>>;
}

/** For the socket, and for the HTTP requests that stand in for it. A relay's Unix socket needs none of it. */
export interface ConnectionOptions {
  /** HTTP proxy, `http://user:password@proxy:3128`, asked for a tunnel by CONNECT. Default: `RECLOSER_PROXY`, or none. */
  readonly proxy?: string | undefined;
  /** PEM certificates of the authorities to trust in place of Node's own. Default: Node's, see `NODE_EXTRA_CA_CERTS`. */
  readonly ca?: string | readonly string[];
  /** Makes the connections instead of `proxy` and `ca`: an `https.Agent` for `wss:`, an `http.Agent` for `ws:`. */
  readonly agent?: Agent;
}

export type ForceState = 'open' | 'closed';
/** At what a program may hold a breaker; `off`: its calls are neither judged nor counted. */
export type HoldState = ForceState | 'off';

/** Options of the calls through one breaker that are not about its result. */
export interface CallOptions {
  /** Milliseconds after which a call counts as failed and its caller gets a `CallTimeoutError`. Default: none. */
  readonly timeoutMs?: number;
  /**
   * A call in flight for longer is reported as failed before it ends. Default: 1,000 ms, or three times what slow good answers of
   * this breaker usually take, where that is longer; at most the timeout.
   */
  readonly stallMs?: number;
  /** A call that took longer counts as slow. Default: never. */
  readonly slowMs?: number;
  /** Calls in flight at once in this process. Infinity, for none, also outvotes the control plane's. Default: no limit. */
  readonly maxConcurrent?: number;
  /** Calls that may wait while so many are in flight; more get a `BulkheadFullError`. Default: 0. */
  readonly maxQueue?: number;
  /** Milliseconds for which a call may wait. Default: the timeout, or 10,000 without one. */
  readonly queueTimeoutMs?: number;
  /**
   * Makes further attempts after failures and timeouts, for calls that may be repeated; `{}` leaves the number to the
   * operator. Default: none, whatever the operator sets.
   */
  readonly retry?: RetryOptions;
  /** What this process goes by while it decides alone. With a control plane, the fleet's policy counts instead. */
  readonly policy?: LocalPolicy;
  readonly missingKey?: MissingKey;
  /**
   * Decides by an error or a result whether the call failed: true, false, or 'ignore' to count it as neither.
   * Undefined leaves the decision to the default: timeouts, network errors and HTTP 5xx fail, other 4xx do not.
   */
  readonly isFailure?: (value: unknown, kind: 'error' | 'result') => boolean | 'ignore' | undefined;
  /** Collect a stack trace for each `CircuitOpenError`; it costs ten times as much. Default: false. */
  readonly stackTrace?: boolean;
}

/**
 * Attempts after the first. Each waits at random up to `baseMs`, doubled with each attempt; asks the breaker again; and
 * is counted on its own. All take from a budget of one retry for ten calls, which shrinks with the breaker's admission.
 */
export interface RetryOptions {
  /** 0…10. Default: the control plane's, or 0. */
  readonly maxRetries?: number;
  /** Default: 100 ms. */
  readonly baseMs?: number;
  /** Longest wait. Default: 2,000 ms. */
  readonly maxMs?: number;
  /** False for a failure that is not worth another attempt. `made` is how many were made. Default: all are. */
  readonly retryIf?: (error: unknown, made: number) => boolean;
  /**
   * In how many ms a failed answer wants to be asked again, such as `retryAfterMs` of `@recloser/sdk/fetch`; undefined
   * when it does not say. That is waited for besides, and makes a 429 worth another attempt; more than `maxMs` ends the
   * attempts. Default: none; `protectFetch` and `protectAxios` read `Retry-After`.
   */
  readonly afterMs?: (error: unknown) => number | undefined;
  /**
   * How long to wait before the next attempt, instead of a random time up to `baseMs`, doubled; `made` is how many were
   * made. Infinity ends the attempts. What `afterMs` asks for is waited for besides.
   */
  readonly delayMs?: (made: number, error: unknown) => number;
  /** Told of each further attempt, before the wait. */
  readonly onRetry?: (event: RetryEvent) => void;
  /** Told when a call has failed for good. */
  readonly onGiveUp?: (event: GiveUpEvent) => void;
}

export interface RetryEvent {
  /** Attempts so far. */
  readonly made: number;
  readonly delayMs: number;
  /** What the last one threw or returned. */
  readonly value: unknown;
}

export type GiveUpEvent = Omit<RetryEvent, 'delayMs'>;

export interface BreakerOptions<F = never> extends CallOptions {
  /**
   * Given instead when a call is turned away, fails or times out: a value, a function's result, or the last good result
   * (`staleCache`).
   */
  readonly fallback?: Fallback<F>;
  /** Calls with the same key share one that is in flight, and its result. Undefined: this call is on its own. */
  readonly coalesce?: (context: Context | undefined) => string | undefined;
}

/** With a cache as its fallback, a call gives nothing but what calls gave. */
export interface CachingOptions extends BreakerOptions {
  readonly fallback: StaleCache;
}

export type Fallback<F> = F | ((error: unknown) => F | PromiseLike<F>) | StaleCache;

/** What one call may bring besides its context. */
export interface ProtectOptions {
  /**
   * The caller's own. Ends waiting for a place or for the next attempt, and reaches `fn` through the signal that it gets.
   * A call that fails once it has aborted counts as nothing, whatever the error; as a timeout if the caller's time was up.
   */
  readonly signal?: AbortSignal;
}

export interface WrapOptions<A extends readonly unknown[]> {
  /** The context of each call, or a function of its arguments. */
  readonly context?: Context | ((...args: A) => Context | undefined);
}
