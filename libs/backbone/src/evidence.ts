import {
  addGroups,
  addWaits,
  type AckEvidence,
  BUCKET_MS,
  bucketIndex,
  COUNT_FIELDS,
  type Counts,
  type GroupCounts,
  type InstanceCounts,
  type KeyCounts,
  type LagEvidence,
  type LocalOpenings,
  type Millis,
  samePartition,
  sumKeys,
  type Partition,
  type WaitEvidence,
} from '@recloser/core';
import type { Aggregate, InstanceStatistics, LagStatistics, Presence } from '@recloser/protocol';
import type { HeartbeatAges, WindowQuery } from './ports.js';

/** A hub's instance statistics count for this long after it was written. */
export const CENSUS_TTL_MS = 3_000;
/** A hub's presence counts for this long after it was written. */
export const PRESENCE_TTL_MS = 5_000;
/** A probe round that nobody touched for this long is over. */
export const PERMIT_TTL_MS = 600_000;
/** What an evaluator's beats for an environment are kept under. */
const BEAT_PREFIX = 'env:';
export const heartbeatField = (environmentId: string): string => `${BEAT_PREFIX}${environmentId}`;

/** `ages` are those of the names that beats are kept under. */
export function heartbeatAgesOf(ages: ReadonlyMap<string, number>): HeartbeatAges {
  // Workers before 0.2 beat once, for all environments, under a name of their own.
  const others = [...ages].flatMap(([name, age]) => (name.startsWith(BEAT_PREFIX) ? [] : [age]));
  return (environmentId) => {
    const age = Math.min(
      ages.get(heartbeatField(environmentId)) ?? Number.POSITIVE_INFINITY,
      ...others,
    );
    return age > BEAT_TTL_MS ? null : Math.max(0, age);
  };
}

/** An evaluator's beat is forgotten after this. */
export const BEAT_TTL_MS = 60_000;
const MOST_FAILURES = 24;
const MOST_CALLS = 8;
const MOST_GROUPS = 128;
const BEHIND = 20;

/** Counts of one bucket of one breaker under one version, in COUNT_FIELDS' order. */
export interface BucketSum {
  readonly breaker: string;
  readonly version: number;
  readonly bucket: number;
  readonly counts: number[];
}

/**
 * One sum per (breaker, version, bucket), over services and zones: decisions are made for a breaker as a whole.
 * What is stored then grows with active breakers and hubs alone.
 */
export function foldAggregates(aggregates: readonly Aggregate[]): BucketSum[] {
  const sums = new Map<string, BucketSum>();
  for (const { breaker, version, bucket, counts } of aggregates) {
    const id = `${version}.${bucket}.${breaker}`;
    let sum = sums.get(id);
    if (!sum) {
      sum = { breaker, version, bucket, counts: COUNT_FIELDS.map(() => 0) };
      sums.set(id, sum);
    }
    for (const [index, field] of COUNT_FIELDS.entries()) {
      sum.counts[index] = (sum.counts[index] ?? 0) + counts[field];
    }
  }
  return [...sums.values()];
}

export function countsOf(values: readonly number[]): Counts {
  const at = (field: keyof Counts) => values[COUNT_FIELDS.indexOf(field)] ?? 0;
  return {
    ok: at('ok'),
    failures: at('failures'),
    slow: at('slow'),
    timeouts: at('timeouts'),
    stalled: at('stalled'),
    rejected: at('rejected'),
    throttled: at('throttled'),
    localLag: at('localLag'),
    ruledOk: at('ruledOk'),
    ruledFailures: at('ruledFailures'),
    limited: at('limited'),
  };
}

export interface BucketRange {
  readonly first: number;
  readonly last: number;
}

/** The buckets of a window that ends with the bucket of `now`, as the core's sliding window has them. */
export function bucketRange(query: WindowQuery, now: Millis): BucketRange {
  const last = bucketIndex(now);
  const first = last - Math.max(1, Math.ceil(query.windowMs / BUCKET_MS)) + 1;
  const allowed = query.notBefore === undefined ? first : Math.ceil(query.notBefore / BUCKET_MS);
  return { first: Math.max(first, allowed), last };
}

/** What a hub last said about one breaker. */
export type StatisticsEntry = Omit<InstanceStatistics, 'breaker'>;

export interface StatisticsSum {
  readonly reporting: number;
  readonly failing: number;
  readonly slowInstances?: number;
  readonly lag?: LagEvidence;
  readonly wait?: WaitEvidence;
  readonly heaviest: readonly InstanceCounts[];
  readonly groups?: readonly GroupCounts[];
  readonly keys?: readonly KeyCounts[];
  readonly local?: LocalOpenings;
}

/** Sums the hubs' entries for the window asked for; the instances with the most failures first, then those with the most calls. */
export function sumStatistics(
  entries: readonly StatisticsEntry[],
  query: WindowQuery,
  troubledBuckets: number,
): StatisticsSum {
  const matching = entries.filter(
    ({ version, windowMs }) => version === query.version && windowMs === query.windowMs,
  );
  return {
    reporting: matching.reduce((sum, entry) => sum + entry.reporting, 0),
    failing: matching.reduce((sum, entry) => sum + entry.failing, 0),
    ...slowOf(matching),
    ...lagOf(matching, troubledBuckets),
    ...waitOf(matching),
    heaviest: heaviestOf(matching.flatMap((entry) => entry.heaviest)),
    ...groupsOf(matching.flatMap((entry) => entry.groups ?? [])),
    ...keysOf(matching.flatMap((entry) => entry.keys ?? [])),
    ...localOf(matching),
  };
}

function slowOf(entries: readonly StatisticsEntry[]): { slowInstances?: number } {
  let slowInstances = 0;
  for (const { slow } of entries) {
    if (slow === undefined) return {};
    slowInstances += slow;
  }
  return entries.length === 0 ? {} : { slowInstances };
}

/** A hub without lag has the same numbers either way. `failingBuckets`: those with a failure or a lagging timeout. */
function lagOf(entries: readonly StatisticsEntry[], failingBuckets: number): { lag?: LagEvidence } {
  if (entries.every(({ lag }) => lag === undefined)) return {};
  const sum = (of: (entry: LagStatistics) => number) =>
    entries.reduce((total, { lag, ...entry }) => total + of(lag ?? { ...entry, instances: 0 }), 0);
  return {
    lag: {
      instances: sum(({ instances }) => instances),
      reporting: sum(({ reporting }) => reporting),
      failing: sum(({ failing }) => failing),
      failingBuckets,
    },
  };
}

/** A hub of before waits were counted has instances that were not asked. */
function waitOf(entries: readonly StatisticsEntry[]): { wait?: WaitEvidence } {
  if (entries.every(({ wait }) => wait === undefined)) return {};
  return { wait: addWaits(entries.map(({ reporting, wait }) => wait ?? { reporting, until: [] })) };
}

/** The same service, zone and region of several hubs is one group; of the buckets that failed at least so many did. */
function groupsOf(groups: readonly GroupCounts[]): { groups?: readonly GroupCounts[] } {
  if (groups.length === 0) return {};
  const sums = new Map<string, GroupCounts>();
  for (const group of groups) {
    const name = JSON.stringify([group.service, group.zone, group.region]);
    const sum = sums.get(name);
    sums.set(name, sum === undefined ? group : addGroups(sum, group));
  }
  return {
    groups: [...sums.values()].sort((a, b) => b.failures - a.failures).slice(0, MOST_GROUPS),
  };
}

/** A key's instances on all hubs. */
function byKey<T extends { readonly keyId: string }>(
  keys: readonly T[],
  add: (a: T, b: T) => T,
): T[] {
  const sums = new Map<string, T>();
  for (const key of keys) {
    const known = sums.get(key.keyId);
    sums.set(key.keyId, known === undefined ? key : add(known, key));
  }
  return [...sums.values()];
}

/** Only where several keys report is there anything to tell apart. */
function keysOf(all: readonly KeyCounts[]): { keys?: readonly KeyCounts[] } {
  const keys = sumKeys(all);
  return keys.length < 2 ? {} : { keys };
}

/** The instances of a hub on which nobody decides alone have a voice, too. */
function voicesOf({ local, keys, reporting, failing }: StatisticsEntry): LocalOpenings {
  if (local !== undefined) return local;
  const all = keys ?? [{ keyId: '', reporting }];
  return {
    keys: all.map(({ keyId, reporting: voices }) => ({
      keyId,
      reporting: voices,
      opened: 0,
      openedAt: [],
    })),
    well: Math.max(0, reporting - failing),
    calls: 0,
    failures: 0,
    failedAt: Number.NEGATIVE_INFINITY,
    heardAt: Number.POSITIVE_INFINITY,
  };
}

function localOf(entries: readonly StatisticsEntry[]): { local?: LocalOpenings } {
  if (entries.every(({ local }) => local === undefined)) return {};
  const hubs = entries.map(voicesOf);
  const sum = (of: (hub: LocalOpenings) => number) =>
    hubs.reduce((total, hub) => total + of(hub), 0);
  return {
    local: {
      keys: byKey(
        hubs.flatMap((hub) => hub.keys),
        (a, b) => ({
          ...a,
          reporting: a.reporting + b.reporting,
          opened: a.opened + b.opened,
          openedAt: [...a.openedAt, ...b.openedAt].sort((x, y) => x - y),
        }),
      ),
      well: sum(({ well }) => well),
      calls: sum(({ calls }) => calls),
      failures: sum(({ failures }) => failures),
      failedAt: Math.max(...hubs.map(({ failedAt }) => failedAt)),
      heardAt: Math.min(...hubs.map(({ heardAt }) => heardAt)),
    },
  };
}

/** Those that fail most and, as they may have to be bounded, too, those that call most. */
function heaviestOf(instances: readonly InstanceCounts[]): InstanceCounts[] {
  const byFailures = [...instances].sort((a, b) => b.failures - a.failures);
  const rest = byFailures.slice(MOST_FAILURES).sort((a, b) => b.calls - a.calls);
  return [...byFailures.slice(0, MOST_FAILURES), ...rest.slice(0, MOST_CALLS)];
}

/** A batch's instance statistics, by breaker. */
export function groupStatistics(
  census: readonly InstanceStatistics[],
): Map<string, StatisticsEntry[]> {
  const groups = new Map<string, StatisticsEntry[]>();
  for (const { breaker, ...entry } of census) {
    const group = groups.get(breaker);
    if (group) group.push(entry);
    else groups.set(breaker, [entry]);
  }
  return groups;
}

/** What is kept of a hub's report. */
export type PresenceRow = Omit<Presence, 'hubId' | 'environmentId'>;

export const presenceRow = ({ acked, behind, parts }: Presence): PresenceRow => ({
  acked,
  behind,
  ...(parts !== undefined && { parts }),
});

/** How many instances of the live hubs, or of one part of the fleet, have applied `seq`, and who has not. */
export function sumAcks(
  reports: readonly PresenceRow[],
  seq: number,
  part?: Partition,
): AckEvidence {
  // A hub that knows nothing of the part may be behind, and its instances with it.
  const rows = reports.map((report) =>
    part === undefined
      ? report
      : (report.parts?.find((some) => samePartition(some, part)) ?? report),
  );
  const acked = rows.flatMap((row) => row.acked);
  const count = (pairs: typeof acked) => pairs.reduce((sum, [, instances]) => sum + instances, 0);
  const behind = rows
    .flatMap((row) => row.behind)
    .filter((instance) => instance.seq < seq)
    .sort((a, b) => a.seq - b.seq)
    .slice(0, BEHIND);
  return {
    connected: count(acked),
    applied: count(acked.filter(([at]) => at >= seq)),
    behind: behind.map(({ instanceId }) => instanceId),
  };
}
