import { callsOf } from '../model/counts.js';
import type { WindowEvidence } from '../model/model.js';

export interface BoundedVolume {
  readonly volume: number;
  readonly failures: number;
  readonly bounded: boolean;
}

/**
 * The window's volume with no instance above 2/n of it, n being the reporting instances; exact for n ≤ 2.
 *
 * An instance above the cap c counts as c calls at its own failure rate. With k instances capped and R calls of all
 * others, c must be 2/n of the new volume: c = (2/n)·(R + k·c), so c = 2R / (n − 2k). Instances are capped from
 * the heaviest down until the next one is below the cap that results.
 */
export function boundWeights(window: WindowEvidence): BoundedVolume {
  const calls = callsOf(window.counts);
  const failures = window.counts.failures;
  const n = window.reporting;
  if (n <= 2 || window.heaviest.length === 0) return { volume: calls, failures, bounded: false };
  const heaviest = [...window.heaviest].sort((a, b) => b.calls - a.calls);
  let rest = calls;
  let restFailures = failures;
  let rates = 0;
  let capped = 0;
  for (const instance of heaviest) {
    const cap = (2 * rest) / (n - 2 * capped);
    if (instance.calls <= cap || n - 2 * (capped + 1) <= 0) break;
    rest = Math.max(0, rest - instance.calls);
    restFailures = Math.max(0, restFailures - instance.failures);
    rates += instance.failures / instance.calls;
    capped += 1;
  }
  const cap = capped === 0 ? 0 : (2 * rest) / (n - 2 * capped);
  return {
    volume: rest + capped * cap,
    failures: Math.min(restFailures, rest) + rates * cap,
    bounded: capped > 0,
  };
}
