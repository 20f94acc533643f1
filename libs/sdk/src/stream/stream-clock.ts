import { performance } from 'node:perf_hooks';

/** Monotonic ms. */
export function now(): number {
  return performance.now();
}
