import { addGroups, BUCKET_MS, type GroupCounts, isFailingInstance } from '@recloser/core';
import type { InstanceStatistics } from '@recloser/protocol';
import type { Tolerated } from './reporter.js';
import { type Counted, type CountedEntries, Sums } from './statistics-sums.js';
import { topOffenders } from './heaviest.js';
import { COUNTED } from './instance-counts.js';
import { localOpenings } from './local-openings.js';
import { Votes } from './votes.js';

/** Services, zones and regions told apart in one statistics row; all others are one group. */
const MOST_GROUPS = 64;
/** So many failing instances of a group are asked in which buckets; more would hardly add any. */
const ASKED_FOR_BUCKETS = 8;

/** What the statistics are about. */
export interface StatisticsSubject {
  readonly breaker: string;
  readonly version: number;
  readonly windowsMs: readonly number[];
  readonly tolerated: Tolerated;
  /** The store's clock. */
  readonly storeNow: number;
}

/**
 * One row for each window: the instances' numbers, and who they are once anything failed or was slow, or where that is
 * wanted anyway (`withInstances`).
 */
export function statisticsRows(
  of: StatisticsSubject,
  entries: CountedEntries,
  withInstances: boolean,
): InstanceStatistics[] {
  const { breaker, version, windowsMs, tolerated, storeNow } = of;
  const sums = new Sums(entries, windowsMs);
  return windowsMs.map((windowMs, window) => {
    const { trouble, keys, ...numbers } = numbersOf(sums, window, tolerated);
    const head = { breaker, version, windowMs, ...numbers };
    const local = window === 0 ? localOpenings(sums, tolerated, storeNow) : null;
    const alone = local === null ? {} : { local };
    if (!trouble && !withInstances) return { ...head, heaviest: [], ...alone };
    const instances = sums.counted(window);
    return {
      ...head,
      heaviest: topOffenders(instances).map((one) => namedOf(one, sums, windowMs)),
      groups: groupsOf(instances, { sums, windowMs, tolerated, trouble }),
      ...(trouble && { keys }),
      ...alone,
    };
  });
}

function namedOf(
  { index, reporter, calls, failures, slow, localLag }: Counted,
  sums: Sums,
  windowMs: number,
): InstanceStatistics['heaviest'][number] {
  const { instanceId, service, zone, region, scoped, keyId } = reporter;
  const isAsked = failures + slow > 0 && scoped;
  const failedAt = sums.entries.counts.failedAt(index) ?? -1;
  return {
    ...{ instanceId, service, zone, region, calls, failures },
    // One that cannot be decided on apart is never named as the cause.
    slow: scoped ? slow : 0,
    ...(failures > 0 && { lastFailureAt: failedAt * BUCKET_MS }),
    ...(localLag > 0 && { localLag }),
    failingBuckets: isAsked ? sums.buckets([index], windowMs, 'failures') : 0,
    observedBuckets: isAsked ? sums.buckets([index], windowMs, 'calls') : 0,
    keyId,
  };
}

function numbersOf(sums: Sums, window: number, tolerated: Tolerated) {
  const votes = { failing: new Votes(), slow: new Votes(), lag: new Votes() };
  let reporting = 0;
  const lag = { instances: 0, reporting: 0 };
  let trouble = false;
  for (let i = 0; i < sums.entries.indices.length; i += 1) {
    const failures = sums.at(i, window, COUNTED.failures);
    const calls = sums.at(i, window, COUNTED.ok) + failures;
    const lagging = sums.at(i, window, COUNTED.lag);
    const reporter = sums.reporterAt(i);
    if (reporter === undefined || calls + lagging === 0) continue;
    const slow = sums.at(i, window, COUNTED.slow);
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

/** One window of the instance statistics. */
interface StatisticsWindow {
  readonly sums: Sums;
  readonly windowMs: number;
  readonly tolerated: Tolerated;
  readonly trouble: boolean;
}

function groupsOf(instances: readonly Counted[], of: StatisticsWindow): GroupCounts[] {
  const groups = new Map<string, Counted[]>();
  for (const counted of instances) {
    const name = counted.reporter.group;
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

function groupOf(
  members: readonly Counted[],
  { sums, windowMs, tolerated, trouble }: StatisticsWindow,
): GroupCounts {
  const sum = { calls: 0, failures: 0, slow: 0 };
  const votes = { failing: new Votes(), slow: new Votes() };
  const bad: number[] = [];
  for (const { calls, failures, slow, index, reporter } of members) {
    sum.calls += calls;
    sum.failures += failures;
    sum.slow += slow;
    const { keyId, scoped } = reporter;
    if (calls === 0) continue;
    const isSlow = isFailingInstance(calls, slow, tolerated.slow);
    const isFailing = isFailingInstance(calls, failures, tolerated.failures);
    votes.failing.add(keyId, isFailing);
    votes.slow.add(keyId, scoped && isSlow);
    if (scoped && (isFailing || isSlow)) bad.push(index);
  }
  const [first] = members;
  return {
    service: first?.reporter.service ?? null,
    zone: first?.reporter.zone ?? null,
    region: first?.reporter.region ?? null,
    ...sum,
    failing: votes.failing.failing(),
    slowInstances: votes.slow.failing(),
    reporting: members.filter(({ calls }) => calls > 0).length,
    // At least so many, as not all are asked.
    failingBuckets: sums.buckets(bad.slice(0, ASKED_FOR_BUCKETS), windowMs, 'failures'),
    observedBuckets: sums.buckets(bad.slice(0, ASKED_FOR_BUCKETS), windowMs, 'calls'),
    ...(trouble && { keys: votes.failing.keys() }),
  };
}

function folded(a: GroupCounts, b: GroupCounts): GroupCounts {
  return { ...addGroups(a, b), service: null, zone: null, region: null };
}
