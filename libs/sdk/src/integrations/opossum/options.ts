import { type EventEmitter } from 'node:events';
import { read } from '../../signals/read.js';
import { type Recloser } from '../../recloser.js';
import { type CacheTransport, MemoryCache } from './memory-cache.js';
import { type Stats, type Status } from './status.js';

/** A state to begin with, as `toJSON().state` gives it. */
export interface State {
  readonly name?: string;
  readonly enabled?: boolean;
  readonly closed?: boolean;
  readonly open?: boolean;
  readonly halfOpen?: boolean;
  readonly warmUp?: boolean;
  readonly shutdown?: boolean;
  readonly lastTimerAt?: number;
}

/** opossum's options, and `recloser`. */
export interface Options<A extends unknown[] = unknown[]> {
  /** Lets the control plane of this SDK decide; `name` is the key of the breaker. Default: this process decides alone. */
  recloser?: Recloser | undefined;
  timeout?: number | false | undefined;
  /** @deprecated Use `errorThresholdPercentage`. */
  maxFailures?: number | undefined;
  resetTimeout?: number | undefined;
  rollingCountTimeout?: number | undefined;
  rollingCountBuckets?: number | undefined;
  name?: string | undefined;
  group?: string | undefined;
  rollingPercentilesEnabled?: boolean | undefined;
  capacity?: number | undefined;
  errorThresholdPercentage?: number | undefined;
  enabled?: boolean | undefined;
  allowWarmUp?: boolean | undefined;
  volumeThreshold?: number | undefined;
  errorFilter?: ((error: never, ...args: A) => boolean) | undefined;
  cache?: boolean | undefined;
  cacheTTL?: number | undefined;
  cacheSize?: number | undefined;
  cacheGetKey?: ((...args: A) => string) | undefined;
  cacheTransport?: CacheTransport | undefined;
  coalesce?: boolean | undefined;
  coalesceTTL?: number | undefined;
  coalesceSize?: number | undefined;
  coalesceResetOn?: string[] | undefined;
  coalesceCache?: MemoryCache | undefined;
  abortController?: AbortController | undefined;
  autoRenewAbortController?: boolean | undefined;
  enableSnapshots?: boolean | undefined;
  rotateBucketController?: EventEmitter | undefined;
  state?: State | undefined;
  status?: Status | Partial<Stats> | undefined;
}

/** Options with every default in its place. */
export interface Resolved extends Omit<Options, 'errorFilter' | 'cacheGetKey' | 'coalesceTTL'> {
  timeout: number | false;
  resetTimeout: number;
  errorThresholdPercentage: number;
  capacity: number;
  errorFilter: (error: never, ...args: unknown[]) => unknown;
  cacheTTL: number;
  cacheGetKey: (...args: unknown[]) => string;
  coalesce: boolean;
  coalesceTTL: number | false;
  coalesceResetOn: string[];
}

const RESETS = ['error', 'success', 'timeout'];

/** Fills in the defaults, in the caller's own object: programs read them there. */
export function resolve(options: Options): Resolved {
  const { coalesceResetOn = [], capacity } = options;
  const timeout = options.timeout ?? 10_000;
  const resolved = Object.assign(options, {
    timeout,
    resetTimeout: options.resetTimeout ?? 30_000,
    errorThresholdPercentage: options.errorThresholdPercentage ?? 50,
    rollingCountTimeout: options.rollingCountTimeout ?? 10_000,
    rollingCountBuckets: options.rollingCountBuckets ?? 10,
    rollingPercentilesEnabled: options.rollingPercentilesEnabled !== false,
    capacity: isWhole(capacity) ? capacity : Number.MAX_SAFE_INTEGER,
    errorFilter: options.errorFilter ?? (() => false),
    cacheTTL: options.cacheTTL ?? 0,
    cacheGetKey: options.cacheGetKey ?? ((...args: unknown[]) => JSON.stringify(args)),
    enableSnapshots: options.enableSnapshots !== false,
    rotateBucketController: options.rotateBucketController,
    coalesce: Boolean(options.coalesce),
    coalesceTTL: options.coalesceTTL ?? timeout,
    coalesceResetOn: coalesceResetOn.filter((event) => RESETS.includes(event)),
  });
  if (resolved.cache) resolved.cacheTransport = transportOf(resolved);
  if (resolved.coalesce) resolved.coalesceCache = new MemoryCache(options.coalesceSize);
  return resolved;
}

export function isWhole(value: unknown): value is number {
  return Number.isInteger(value);
}

function transportOf({
  cacheTransport,
  cacheSize,
}: Pick<Options, 'cacheTransport' | 'cacheSize'>): CacheTransport {
  if (cacheTransport === undefined) return new MemoryCache(cacheSize);
  if (['get', 'set', 'flush'].every((name) => read(cacheTransport, name))) return cacheTransport;
  throw new TypeError(
    'options.cacheTransport should be an object with `get`, `set` and `flush` methods',
  );
}
