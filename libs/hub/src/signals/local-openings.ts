import { BUCKET_MS, isFailingInstance, type KeyOpenings, type LocalOpenings } from '@recloser/core';
import type { SignalItem } from '@recloser/protocol';
import type { InstanceOpening, Tolerated } from './reporter.js';
import type { Sums } from './statistics-sums.js';
import { COUNTED } from './instance-counts.js';

/** As an SDK says it: how long ago it opened, calls, failed ones, how long ago the last of these failed. */
export type LocalReport = NonNullable<SignalItem['o']>;

/** Whoever wanted a call within this time, in ms, has a voice. */
const DEMAND_MS = 5_000;
const SHORTEST = 0;
const MOST_KEYS = 16;
const MOST_TIMES = 32;

export function instanceOpening(
  [age, calls, failures, failedAge]: LocalReport,
  before: InstanceOpening | null,
  storeNow: number,
): InstanceOpening {
  const now = Math.round(storeNow);
  return {
    at: now - age,
    calls,
    failures,
    // It cannot have failed before it opened.
    failedAt: now - Math.min(age, failedAge),
    heardAt: before?.heardAt ?? now,
  };
}

/** What instances say that reject on their own, beside all that have demand; null: none does. */
export function localOpenings(
  sums: Sums,
  tolerated: Tolerated,
  storeNow: number,
): LocalOpenings | null {
  const { indices, reporters, counts, local: said } = sums.entries;
  if (said.size === 0) return null;
  const keys = new Map<string, { reporting: number; openedAt: number[] }>();
  const sum = { well: 0, calls: 0, failures: 0, failedAt: 0, heardAt: Number.POSITIVE_INFINITY };
  for (const [i, index] of indices.entries()) {
    const isWell = answersWell(sums, i, tolerated);
    if (isWell) sum.well += 1;
    const reporter = reporters[index];
    const demandAt = counts.demandAt(index);
    if (reporter === undefined || demandAt === null) continue;
    if (storeNow - demandAt * BUCKET_MS > DEMAND_MS) continue;
    const local = said.get(index);
    const key = keys.get(reporter.keyId) ?? { reporting: 0, openedAt: [] };
    keys.set(reporter.keyId, key);
    key.reporting += 1;
    if (local === undefined || isWell) continue;
    if (!isFailingInstance(local.calls, local.failures, tolerated.failures)) continue;
    key.openedAt.push(local.at);
    sum.calls += local.calls;
    sum.failures += local.failures;
    sum.failedAt = Math.max(sum.failedAt, local.failedAt);
    sum.heardAt = Math.min(sum.heardAt, local.heardAt);
  }
  return sum.heardAt === Number.POSITIVE_INFINITY ? null : { ...sum, keys: keysOf(keys) };
}

/** Its latest calls, be they its own probes, are as the policy tolerates: fresher than what it opened on. */
function answersWell(sums: Sums, i: number, tolerated: Tolerated): boolean {
  const failures = sums.at(i, SHORTEST, COUNTED.failures);
  const calls = sums.at(i, SHORTEST, COUNTED.ok) + failures;
  return calls > 0 && failures < calls * tolerated.failures;
}

function keysOf(
  keys: ReadonlyMap<string, { readonly reporting: number; readonly openedAt: readonly number[] }>,
): KeyOpenings[] {
  return [...keys]
    .map(([keyId, { reporting, openedAt }]) => ({
      keyId,
      reporting,
      opened: openedAt.length,
      openedAt: [...openedAt].sort((a, b) => a - b).slice(0, MOST_TIMES),
    }))
    .sort((a, b) => b.opened - a.opened || b.reporting - a.reporting)
    .slice(0, MOST_KEYS);
}
