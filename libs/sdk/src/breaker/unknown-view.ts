import { ADMISSION_ALL, type BreakerView } from '@recloser/core';

const UNKNOWN_CALL = { timeoutMs: null, stallMs: null, slowMs: null };

/** A breaker of which nothing is known. */
export function unknownView(key: string): BreakerView {
  return {
    key,
    version: 0,
    state: 'closed',
    mode: 'auto',
    admission: ADMISSION_ALL,
    salt: key,
    cohortKey: 'accountId',
    rules: [],
    call: UNKNOWN_CALL,
    retryAfterMs: null,
  };
}
