import { type BreakerOptions } from './options.js';

/**
 * Options from common practice, to be spread into a breaker's: `{ ...presets.critical, fallback }`. Timeouts and limits
 * count wherever the operator has not locked others; `policy` counts while this process decides alone.
 */
export const presets = {
  /** A caller waits, and cannot do without: opens after three failures in a row, and tries again after 15 s. */
  critical: {
    timeoutMs: 5_000,
    policy: {
      failureRate: 0.4,
      excessMs: 0,
      minCalls: 3,
      windowMs: 10_000,
      coolDownMs: 15_000,
      probes: 2,
    },
  },
  /** Recommendations and the like: gives up soon, opens after ten failures in a row, and leaves the dependency alone for 30 s. */
  nonCritical: {
    timeoutMs: 1_000,
    policy: {
      failureRate: 0.4,
      excessMs: 0,
      minCalls: 10,
      windowMs: 30_000,
      coolDownMs: 30_000,
      probes: 1,
    },
  },
  /** Somebody else's API that fails now and then: two more attempts, so only for calls that may be repeated. */
  flakyApi: {
    timeoutMs: 10_000,
    retry: { maxRetries: 2, baseMs: 200, maxMs: 2_000 },
    policy: {
      failureRate: 0.5,
      excessMs: 2_000,
      minCalls: 20,
      coolDownMs: 30_000,
    },
  },
  /** A few connections that many share: short waits in a short queue, and back at work soon after a failover. */
  database: {
    timeoutMs: 3_000,
    slowMs: 1_000,
    maxConcurrent: 50,
    maxQueue: 100,
    queueTimeoutMs: 1_000,
    policy: {
      failureRate: 0.4,
      excessMs: 300,
      minCalls: 5,
      windowMs: 10_000,
      coolDownMs: 5_000,
      dwellMs: 1_000,
    },
  },
} as const satisfies Readonly<Record<string, BreakerOptions>>;
