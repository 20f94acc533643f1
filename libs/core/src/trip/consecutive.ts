import type { ConsecutivePolicy, WindowEvidence } from '../model/model.js';

/** A run of failures against its policy. */
export interface RunVerdict {
  readonly trips: boolean;
  readonly failures: number;
  /** Instances with a failure in the run. */
  readonly instances: number;
  readonly instancesNeeded: number;
}

/**
 * Judges the failures at the end of a window. For calls that are too rare for a rate: at one call in ten seconds, 20 of
 * them take over three minutes.
 *
 * Outcomes lose their order inside a bucket of 250 ms. Of a bucket with f failures and a success, between 0 and f
 * failures came after the success; only 0 is certain. So a run begins after the last bucket with a success: it is
 * never longer than the real one, and shorter by less than one bucket's failures.
 *
 * `connected` is how many instances are connected, 0 when that is not known.
 */
export function judgeRun(
  policy: ConsecutivePolicy,
  window: WindowEvidence,
  connected: number,
): RunVerdict {
  const failures = window.run?.failures ?? 0;
  const startedAt = window.run?.startedAt ?? Number.POSITIVE_INFINITY;
  const instances = window.heaviest.filter(
    ({ lastFailureAt }) => lastFailureAt !== undefined && lastFailureAt >= startedAt,
  ).length;
  // A fleet of one could never show two.
  const instancesNeeded =
    connected === 0
      ? policy.instances
      : Math.min(policy.instances, Math.max(connected, window.reporting));
  return {
    trips: failures >= policy.failures && instances >= instancesNeeded,
    failures,
    instances,
    instancesNeeded,
  };
}
