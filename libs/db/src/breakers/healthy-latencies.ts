import { HOUR_MS, healthyHours, LatencySum, type HealthyLatencies } from '@recloser/core';
import type { Audit } from '../audit/reader.js';
import type { LoadedBreaker } from '../rows/model.js';
import type { Rollups } from './rollups.js';

/** How far back latencies are looked at: a week has every hour of the day and of the week. */
const LOOK_BACK_MS = 7 * 24 * HOUR_MS;
const CHANGES_MAX = 5_000;

export type HealthyLatenciesOf = (
  breaker: Pick<LoadedBreaker, 'environmentId' | 'key' | 'state' | 'now'>,
) => Promise<HealthyLatencies>;

/** Reads the latencies of the last week's hours in which a breaker was closed and its dependency well. */
export function createHealthyLatencies(
  rollups: Pick<Rollups, 'series' | 'latencies'>,
  audit: Pick<Audit, 'transitions'>,
): HealthyLatenciesOf {
  return async ({ environmentId, key, state, now }) => {
    const to = Math.floor(now / HOUR_MS) * HOUR_MS;
    const from = to - LOOK_BACK_MS;
    const [points, latencies, changes] = await Promise.all([
      rollups.series(environmentId, key, from, to, HOUR_MS),
      rollups.latencies(environmentId, key, from, to, HOUR_MS),
      audit.transitions(environmentId, key, from, now, CHANGES_MAX),
    ]);
    const healthy = healthyHours(points, changes, state.kind, changes.length < CHANGES_MAX);
    const sum = new LatencySum();
    for (const { at, bins } of latencies) if (healthy.has(at)) sum.add(bins);
    const counted = points.filter(({ at }) => healthy.has(at));
    return {
      bins: sum.bins,
      hours: healthy.size,
      calls: counted.reduce((total, { ok, failures }) => total + ok + failures, 0),
      timeouts: counted.reduce((total, { timeouts }) => total + timeouts, 0),
    };
  };
}
