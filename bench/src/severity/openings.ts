import { percentile } from '../bench.js';

/**
 * Median and 95th percentile of the times to open, in ms; null when none opened. One that did not open (null) took longer
 * than any that did, so that a percentile that falls on it is null.
 */
export function openedOf(times: readonly (number | null)[]) {
  if (times.every((time) => time === null)) return null;
  const all = times.map((time) => time ?? Infinity);
  const at = (p: number): number | null => {
    const value = percentile(all, p);
    return Number.isFinite(value) ? value : null;
  };
  return { median: at(0.5), p95: at(0.95) };
}
