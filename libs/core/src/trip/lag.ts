import type { BucketCounts, Evidence, InstanceCounts, WindowEvidence } from '../model/model.js';

/** From this share of lagging reporters on, none is left out. */
const LAGGING_SHARE = 1 / 3;

/**
 * The evidence with timeouts that were left out for stalls of the callers' own event loops put back where more than a
 * third of the reporting instances had such stalls. One process that stalls is ill itself; when many do at once, the
 * common cause is more likely what they all wait for, as in a retry storm, and to discount it would hide the outage.
 */
export function withLagCounted(evidence: Evidence): Evidence {
  const { windows, step, consecutive, buckets } = evidence;
  const counted = windows.map(countLag);
  const isCounted = counted.some((window, i) => window !== windows[i]);
  const [countedStep = null] = step === null ? [] : [countLag(step)];
  const run = consecutive ?? null;
  return {
    ...evidence,
    windows: counted,
    step: countedStep,
    ...(run !== null && { consecutive: countLag(run) }),
    ...(isCounted && buckets !== null && { buckets: buckets.map(countBucketLag) }),
  };
}

function countBucketLag(bucket: BucketCounts): BucketCounts {
  const { calls, failures, localLag } = bucket;
  return { ...bucket, calls: calls + localLag, failures: failures + localLag, localLag: 0 };
}

function countLag(window: WindowEvidence): WindowEvidence {
  const { lag } = window;
  if (lag === undefined || window.lagCounted === true) return window;
  if (lag.instances <= lag.reporting * LAGGING_SHARE) return window;
  const { counts } = window;
  return {
    ...window,
    lagCounted: true,
    counts: {
      ...counts,
      failures: counts.failures + counts.localLag,
      timeouts: counts.timeouts + counts.localLag,
    },
    failingBuckets: lag.failingBuckets,
    reporting: lag.reporting,
    failing: lag.failing,
    heaviest: window.heaviest.map(countInstanceLag),
  };
}

function countInstanceLag(instance: InstanceCounts): InstanceCounts {
  const { calls, failures, localLag = 0 } = instance;
  return localLag === 0
    ? instance
    : { ...instance, calls: calls + localLag, failures: failures + localLag };
}
