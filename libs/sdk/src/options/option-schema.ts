import { type LocalPolicy } from '../breaker/local-breaker.js';
import {
  type Check,
  type Checks,
  isAnything,
  isBoolean,
  isFunction,
  isString,
  nested,
  number,
  oneOf,
  orInfinity,
  recordOf,
} from './option-checks.js';
import {
  type BreakerOptions,
  type CallOptions,
  type RecloserOptions,
  type RetryOptions,
} from './options.js';

const isTime = number(0);
const isLimit = orInfinity(number(1));
const isCount = number(1, undefined, true);

/** Shares that rise and stay below all. */
const isRamp: Check = (value) => {
  const rises = (share: unknown, step: number, ramp: readonly unknown[]): boolean =>
    typeof share === 'number' && share > Number(ramp[step - 1] ?? 0) && share < 1;
  return Array.isArray(value) && value.every(rises)
    ? undefined
    : 'a list of rising numbers between 0 and 1';
};

const POLICY: Checks<LocalPolicy> = {
  failureRate: number(0.01, 1),
  excessMs: isTime,
  minCalls: isCount,
  windowMs: number(100, 600_000),
  minFailingBuckets: number(1, 240, true),
  coolDownMs: isCount,
  coolDownMaxMs: isCount,
  probes: number(1, 100, true),
  ramp: isRamp,
  dwellMs: isTime,
  trip: isFunction,
};
const RETRY: Checks<RetryOptions> = {
  maxRetries: number(0, 10, true),
  baseMs: isTime,
  maxMs: isTime,
  retryIf: isFunction,
  afterMs: isFunction,
  delayMs: isFunction,
  onRetry: isFunction,
  onGiveUp: isFunction,
};
const CALL: Checks<CallOptions> = {
  timeoutMs: isLimit,
  stallMs: isLimit,
  slowMs: isLimit,
  maxConcurrent: orInfinity(isCount),
  maxQueue: orInfinity(number(0, undefined, true)),
  queueTimeoutMs: orInfinity(isTime),
  retry: nested(RETRY),
  policy: nested(POLICY),
  missingKey: oneOf('sample', 'instance', 'hold'),
  isFailure: isFunction,
  stackTrace: isBoolean,
};

export const BREAKER_OPTIONS: Checks<BreakerOptions<unknown>> = {
  ...CALL,
  fallback: isAnything,
  coalesce: isFunction,
};

export const RECLOSER_OPTIONS: Checks<RecloserOptions> = {
  url: isString,
  sdkKey: isString,
  service: isString,
  zone: isString,
  region: isString,
  instanceId: isString,
  attributes: recordOf(isAnything),
  snapshotFile: isString,
  force: recordOf(oneOf('open', 'closed')),
  forceFile: isString,
  defaults: nested(CALL),
  connect: isBoolean,
  connection: nested({ proxy: isString, ca: isAnything, agent: isAnything }),
  policies: recordOf(nested(POLICY)),
};
