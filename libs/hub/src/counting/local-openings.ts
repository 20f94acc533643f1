import { isFailingInstance, type KeyOpenings, type LocalOpenings } from '@recloser/core';
import type { SignalItem } from '@recloser/protocol';
import { CENSUS, type CellOpening, type CensusCell, type Tolerated } from './census-cell.js';

/** As an SDK says it: how long ago it opened, calls, failed ones, how long ago the last of these failed. */
export type LocalReport = NonNullable<SignalItem['o']>;

/** Whoever wanted a call within this time, in ms, has a voice. */
const DEMAND_MS = 5_000;
const SHORTEST = 0;
const MOST_KEYS = 16;
const MOST_TIMES = 32;

export function cellOpening(
  [age, calls, failures, failedAge]: LocalReport,
  before: CellOpening | null,
  storeNow: number,
): CellOpening {
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
  cells: readonly CensusCell[],
  tolerated: Tolerated,
  storeNow: number,
): LocalOpenings | null {
  const keys = new Map<string, { reporting: number; openedAt: number[] }>();
  const sum = { well: 0, calls: 0, failures: 0, failedAt: 0, heardAt: Number.POSITIVE_INFINITY };
  for (const cell of cells) {
    const isWell = answersWell(cell, tolerated);
    if (isWell) sum.well += 1;
    const { local, reporter, demandAt } = cell;
    if (storeNow - demandAt > DEMAND_MS) continue;
    const key = keys.get(reporter.keyId) ?? { reporting: 0, openedAt: [] };
    keys.set(reporter.keyId, key);
    key.reporting += 1;
    if (local === null || isWell) continue;
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
function answersWell({ census }: CensusCell, tolerated: Tolerated): boolean {
  const calls = census.sum(SHORTEST, CENSUS.calls);
  return calls > 0 && census.sum(SHORTEST, CENSUS.failures) < calls * tolerated.failures;
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
