import { type AttributeValue, type Context } from '@recloser/core';

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
  /** Defaults for all breakers. */
  readonly defaults?: CallOptions;
  /** False: decide locally only and never connect. */
  readonly connect?: boolean;
}

export type ForceState = 'open' | 'closed';

/** Options of the calls through one breaker that are not about its result. */
export interface CallOptions {
  /** Milliseconds after which a call counts as failed and its caller gets a `CallTimeoutError`. Default: none. */
  readonly timeoutMs?: number;
  /** A call in flight for longer is reported before it ends. Default: the smaller of the timeout and 1,000 ms. */
  readonly stallMs?: number;
  /** A call that took longer counts as slow. Default: never. */
  readonly slowMs?: number;
  readonly missingKey?: MissingKey;
  /**
   * Decides by an error or a result whether the call failed: true, false, or 'ignore' to count it as neither.
   * Undefined leaves the decision to the default: timeouts, network errors and HTTP 5xx fail, other 4xx do not.
   */
  readonly isFailure?: (value: unknown, kind: 'error' | 'result') => boolean | 'ignore' | undefined;
  /** Collect a stack trace for each `CircuitOpenError`; it costs ten times as much. Default: false. */
  readonly stackTrace?: boolean;
}

export interface BreakerOptions<F = never> extends CallOptions {
  /** Gives the result instead when a call is turned away, fails or times out. */
  readonly fallback?: (error: unknown) => F | PromiseLike<F>;
}

export interface WrapOptions<A extends readonly unknown[]> {
  /** The context of each call, or a function of its arguments. */
  readonly context?: Context | ((...args: A) => Context | undefined);
}
