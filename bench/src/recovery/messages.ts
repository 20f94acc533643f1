/** Load, time-out and retries, the same in all arms. */
export const LOAD = {
  callsPerSecond: 250,
  accounts: 2_000,
  timeoutMs: 1_000,
  /** After the first attempt, with full jitter. */
  retries: 2,
  retryBaseMs: 100,
} as const;

/**
 * The dependency: eight workers behind one queue, and a look-aside cache by account, which is filled only when the caller
 * still waits for the answer. Warm it serves 500 calls/s, cold 160, which is less than the load. It does not look whether a
 * caller has given up before it begins. Once everything in the queue is older than the time-out, all its work is for
 * nobody and fills nothing: the state that keeps itself up of Bronson et al., Metastable Failures (HotOS 2021).
 */
export const DEPENDENCY = { workers: 8, hitMs: 16, missMs: 50, queue: 1_000 } as const;
