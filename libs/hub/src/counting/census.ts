import {
  addGroups,
  BUCKET_MS,
  type GroupCounts,
  type InstanceCounts,
  isFailingInstance,
} from '@recloser/core';
import type { Census } from '@recloser/protocol';
import { CENSUS, type CensusCell, type Tolerated } from './census-cell.js';
import { localOpenings } from './local-openings.js';
import { Votes } from './votes.js';

/** Instances with the most failures, and of the rest those with the most calls, in one census row. */
const MOST_FAILURES = 24;
const MOST_CALLS = 8;
/** Services, zones and regions told apart in one census row; all others are one group. */
const MOST_GROUPS = 64;
/** So many failing instances of a group are asked in which buckets; more would hardly add any. */
const ASKED_FOR_BUCKETS = 8;

/** What a census is about. */
export interface CensusOf {
  readonly breaker: string;
  readonly version: number;
  readonly windowsMs: readonly number[];
  readonly tolerated: Tolerated;
  /** The store's clock. */
  readonly storeNow: number;
}

interface Counted extends InstanceCounts {
  readonly region: string | null;
  readonly slow: number;
  readonly cell: CensusCell;
}

/**
 * One row for each window: the instances' numbers, and who they are once anything failed or was slow, or where that is
 * wanted anyway (`told`).
 */
export function censusRows(
  { breaker, version, windowsMs, tolerated, storeNow }: CensusOf,
  cells: readonly CensusCell[],
  told: boolean,
): Census[] {
  return windowsMs.map((windowMs, window) => {
    const { trouble, keys, ...numbers } = numbersOf(cells, window, tolerated);
    const head = { breaker, version, windowMs, ...numbers };
    const local = window === 0 ? localOpenings(cells, tolerated, storeNow) : null;
    const alone = local === null ? {} : { local };
    if (!trouble && !told) return { ...head, heaviest: [], ...alone };
    const instances = cells.flatMap((cell) => countedOf(cell, window));
    return {
      ...head,
      heaviest: heaviestOf(instances).map(({ cell, ...counted }) => ({
        ...counted,
        // One that cannot be decided on apart is never named as the cause.
        slow: cell.reporter.scoped ? counted.slow : 0,
        failingBuckets: isAsked(cell, counted) ? bucketsOf(cell, window, CENSUS.failures) : 0,
        observedBuckets: isAsked(cell, counted) ? bucketsOf(cell, window, CENSUS.calls) : 0,
      })),
      groups: groupsOf(instances, { window, windowMs, tolerated }),
      ...(trouble && { keys }),
      ...alone,
    };
  });
}

function isAsked({ reporter }: CensusCell, { failures, slow = 0 }: InstanceCounts): boolean {
  return failures + slow > 0 && reporter.scoped;
}

function bucketsOf({ census }: CensusCell, window: number, field: number): number {
  return census.bucketsWith(window, field, new Set()).size;
}

function numbersOf(cells: readonly CensusCell[], window: number, tolerated: Tolerated) {
  const votes = { failing: new Votes(), slow: new Votes(), lag: new Votes() };
  let reporting = 0;
  const lag = { instances: 0, reporting: 0 };
  let trouble = false;
  for (const { census, reporter } of cells) {
    const calls = census.sum(window, CENSUS.calls);
    const lagging = census.sum(window, CENSUS.lag);
    if (calls + lagging === 0) continue;
    const failures = census.sum(window, CENSUS.failures);
    const slow = census.sum(window, CENSUS.slow);
    lag.reporting += 1;
    if (lagging > 0) lag.instances += 1;
    const isLagging = isFailingInstance(calls + lagging, failures + lagging, tolerated.failures);
    votes.lag.add(reporter.keyId, isLagging);
    if (failures + slow + lagging > 0) trouble = true;
    if (calls === 0) continue;
    reporting += 1;
    votes.failing.add(reporter.keyId, isFailingInstance(calls, failures, tolerated.failures));
    votes.slow.add(reporter.keyId, isFailingInstance(calls, slow, tolerated.slow));
  }
  return {
    reporting,
    failing: votes.failing.failing(),
    slow: votes.slow.failing(),
    ...(lag.instances > 0 && { lag: { ...lag, failing: votes.lag.failing() } }),
    trouble,
    keys: votes.failing.keys(),
  };
}

function countedOf(cell: CensusCell, window: number): Counted[] {
  const calls = cell.census.sum(window, CENSUS.calls);
  const localLag = cell.census.sum(window, CENSUS.lag);
  if (calls + localLag === 0) return [];
  const { instanceId, service, zone, region } = cell.reporter;
  const failures = cell.census.sum(window, CENSUS.failures);
  const slow = cell.census.sum(window, CENSUS.slow);
  return [
    {
      instanceId,
      service,
      zone,
      region,
      calls,
      failures,
      slow,
      cell,
      ...(failures > 0 && { lastFailureAt: cell.failedAt * BUCKET_MS }),
      ...(localLag > 0 && { localLag }),
    },
  ];
}

/**
 * The instances that may be at fault or whose weight may have to be bounded: those with the most failed or slow
 * calls, and those that call most.
 */
export function heaviestOf<T extends InstanceCounts>(instances: readonly T[]): T[] {
  if (instances.length <= MOST_FAILURES + MOST_CALLS) return [...instances];
  const badOf = ({ failures, slow = 0 }: T) => Math.max(failures, slow);
  const byFailures = [...instances].sort((a, b) => badOf(b) - badOf(a) || b.calls - a.calls);
  const byCalls = byFailures.slice(MOST_FAILURES).sort((a, b) => b.calls - a.calls);
  return [...byFailures.slice(0, MOST_FAILURES), ...byCalls.slice(0, MOST_CALLS)];
}

/** One window of a census. */
interface CensusWindow {
  readonly window: number;
  readonly windowMs: number;
  readonly tolerated: Tolerated;
}

function groupsOf(instances: readonly Counted[], of: CensusWindow): GroupCounts[] {
  const groups = new Map<string, Counted[]>();
  for (const counted of instances) {
    const name = counted.cell.group;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [counted]);
    else group.push(counted);
  }
  const sums = [...groups.values()]
    .map((members) => groupOf(members, of))
    .sort((a, b) => b.failures + b.slow - (a.failures + a.slow) || b.calls - a.calls);
  if (sums.length <= MOST_GROUPS) return sums;
  return [...sums.slice(0, MOST_GROUPS), sums.slice(MOST_GROUPS).reduce(folded)];
}

function groupOf(members: readonly Counted[], of: CensusWindow): GroupCounts {
  const { tolerated } = of;
  const sum = { calls: 0, failures: 0, slow: 0 };
  const votes = { failing: new Votes(), slow: new Votes() };
  const bad: CensusCell[] = [];
  for (const { calls, failures, slow, cell } of members) {
    sum.calls += calls;
    sum.failures += failures;
    sum.slow += slow;
    const { keyId, scoped } = cell.reporter;
    if (calls === 0) continue;
    const isSlow = isFailingInstance(calls, slow, tolerated.slow);
    const isFailing = isFailingInstance(calls, failures, tolerated.failures);
    votes.failing.add(keyId, isFailing);
    votes.slow.add(keyId, scoped && isSlow);
    if (scoped && (isFailing || isSlow)) bad.push(cell);
  }
  const [first] = members;
  return {
    service: first?.service ?? null,
    zone: first?.zone ?? null,
    region: first?.region ?? null,
    ...sum,
    failing: votes.failing.failing(),
    slowInstances: votes.slow.failing(),
    reporting: members.filter(({ calls }) => calls > 0).length,
    failingBuckets: bucketsOfAll(bad, of, CENSUS.failures),
    observedBuckets: bucketsOfAll(bad, of, CENSUS.calls),
  };
}

/** In how many buckets any of them has something: at least so many, as not all are asked. */
function bucketsOfAll(
  cells: readonly CensusCell[],
  { window, windowMs }: CensusWindow,
  field: number,
): number {
  const buckets = new Set<number>();
  for (const { census } of cells.slice(0, ASKED_FOR_BUCKETS)) {
    if (buckets.size >= windowMs / BUCKET_MS) break;
    census.bucketsWith(window, field, buckets);
  }
  return buckets.size;
}

function folded(a: GroupCounts, b: GroupCounts): GroupCounts {
  return { ...addGroups(a, b), service: null, zone: null, region: null };
}
