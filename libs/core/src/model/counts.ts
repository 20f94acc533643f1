import type { Counts } from './model.js';

/** The order in which counts travel and are kept in arrays. */
export const COUNT_FIELDS = [
  'ok',
  'failures',
  'slow',
  'timeouts',
  'stalled',
  'rejected',
  'throttled',
  'localLag',
  'ruledOk',
  'ruledFailures',
  'limited',
] as const satisfies readonly (keyof Counts)[];

export const EMPTY_COUNTS: Counts = {
  ok: 0,
  failures: 0,
  slow: 0,
  timeouts: 0,
  stalled: 0,
  rejected: 0,
  throttled: 0,
  localLag: 0,
  ruledOk: 0,
  ruledFailures: 0,
  limited: 0,
};

/** The sum of two counts, field by field. */
export function addCounts(a: Counts, b: Counts): Counts {
  return {
    ok: a.ok + b.ok,
    failures: a.failures + b.failures,
    slow: a.slow + b.slow,
    timeouts: a.timeouts + b.timeouts,
    stalled: a.stalled + b.stalled,
    rejected: a.rejected + b.rejected,
    throttled: a.throttled + b.throttled,
    localLag: a.localLag + b.localLag,
    ruledOk: a.ruledOk + b.ruledOk,
    ruledFailures: a.ruledFailures + b.ruledFailures,
    limited: a.limited + b.limited,
  };
}

/** Calls that count: ended or stalled. */
export function callsOf(counts: Counts): number {
  return counts.ok + counts.failures;
}

/** Calls that were wanted: counted or turned away. */
export function demandOf(counts: Counts): number {
  return counts.ok + counts.failures + counts.rejected + counts.limited;
}

/** 0…1; 0 without calls. */
export function failureRate(counts: Counts): number {
  const calls = callsOf(counts);
  return calls === 0 ? 0 : counts.failures / calls;
}

/** 0…1; 0 without calls. */
export function slowRate(counts: Counts): number {
  const calls = callsOf(counts);
  return calls === 0 ? 0 : Math.min(1, counts.slow / calls);
}

/**
 * Whether one instance counts as failing: the failed share of its calls reaches the tolerated rate, and it had two
 * failures or nothing else. The same measure serves for slow calls.
 */
export function isFailingInstance(calls: number, failures: number, tolerated: number): boolean {
  return failures > 0 && failures >= tolerated * calls && (failures >= 2 || failures >= calls);
}
