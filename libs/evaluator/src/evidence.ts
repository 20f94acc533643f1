import type { WindowQuery, WindowSum } from '@recloser/backbone';
import {
  BUCKET_MS,
  type BreakerRecord,
  type BucketCounts,
  EXCESS_REACH_MS,
  type Evidence,
  type FailureRun,
  INSTANCE_WINDOWS_MS,
  type InstanceCounts,
  livePartitions,
  type LocalOpenings,
  recordOfPartition,
  type Millis,
  type Policy,
  type ProbeEvidence,
  type WaitEvidence,
  type WindowEvidence,
} from '@recloser/core';

type WindowName = 'instances' | 'consecutive' | 'load' | 'step' | 'series';
/** A query, and the place of its answer in the evidence. */
export type NamedQuery = readonly [WindowName, WindowQuery];

/** What is looked at before load dims a breaker, and while it does, in ms. */
const OVERLOAD_MS = 2_000;
const DIMMED_MS = 5_000;
/** Until the fleet has applied an admission, calls go by the one before, in ms. */
const SETTLE_MS = 500;

/**
 * All that a breaker is in: the state of the fleet first, then those of its parts. Each has counts of its own, under
 * its own version.
 */
export function statesOf(record: BreakerRecord): readonly BreakerRecord[] {
  return [
    record,
    ...livePartitions(record).map((partition) => recordOfPartition(record, partition)),
  ];
}

/**
 * What the first look at a state needs: the latest two seconds, which tell whether anything is wrong at all, and what
 * only this state asks for. `skew` is what must be added to a time of the record to have it on the store's clock, in ms.
 */
export function firstQueries(record: BreakerRecord, skew: number): readonly NamedQuery[] {
  const { key: breaker, version, state, policy } = record;
  if (state.kind === 'open' || state.kind === 'probing') return [];
  const of = { breaker, version };
  const queries: NamedQuery[] = [['instances', { ...of, windowMs: INSTANCE_WINDOWS_MS[0] }]];
  if (policy.consecutive !== null) {
    queries.push(['consecutive', { ...of, windowMs: policy.consecutive.withinMs, run: true }]);
  }
  if (policy.adaptive !== null) queries.push(...loadWindow(of, state, skew));
  if (state.kind === 'ramping' && state.dwellStartedAt !== null) {
    const notBefore = state.dwellStartedAt + skew;
    queries.push(['step', { ...of, windowMs: stepWindow(policy), notBefore }]);
  }
  return queries;
}

/** What a second look needs, once the first has shown something: longer windows, and the buckets one by one. */
export function secondQueries({ key: breaker, version }: BreakerRecord): readonly NamedQuery[] {
  const of = { breaker, version };
  const [, ...longer] = INSTANCE_WINDOWS_MS;
  return [
    ...longer.map((windowMs): NamedQuery => ['instances', { ...of, windowMs }]),
    ['series', { ...of, windowMs: EXCESS_REACH_MS, series: true }],
  ];
}

/** What is accepted under the present admission alone. */
function loadWindow(
  of: Pick<WindowQuery, 'breaker' | 'version'>,
  state: BreakerRecord['state'],
  skew: number,
): NamedQuery[] {
  if (state.kind === 'closed') return [['load', { ...of, windowMs: OVERLOAD_MS }]];
  if (state.kind !== 'dimmed' || state.load === undefined) return [];
  const notBefore = state.load.changedAt + SETTLE_MS + skew;
  return [['load', { ...of, windowMs: DIMMED_MS, notBefore }]];
}

/** A step is judged on all that it admitted since its dwell began, however long it waits for enough calls. */
function stepWindow({ recovery }: Policy): number {
  return Math.max(recovery.dwellMaxMs, recovery.lowTrafficMaxMs);
}

export type Answers = Pick<Evidence, 'probe' | 'acks'>;

/** The time of the store, and how far it is ahead of the record's clock, in ms. */
export interface StoreTime {
  readonly now: Millis;
  readonly skew: number;
}

/** Puts sums into the places where `decide` expects them, with their times on the record's clock. */
export function assemble(
  queries: readonly NamedQuery[],
  sums: readonly WindowSum[],
  { probe, acks }: Answers,
  time: StoreTime,
): Evidence {
  const windows: WindowEvidence[] = [];
  const single: Partial<Record<'consecutive' | 'load' | 'step', WindowEvidence>> = {};
  let buckets: readonly BucketCounts[] | null = null;
  for (const [index, [name, { windowMs }]] of queries.entries()) {
    const sum = sums[index];
    if (sum === undefined) continue;
    if (name === 'series') buckets = bucketsOf(sum, time);
    else if (name === 'instances') windows.push(windowOf(sum, windowMs, time.skew));
    else single[name] = windowOf(sum, windowMs, time.skew);
  }
  const { step = null, consecutive, load } = single;
  return {
    windows,
    buckets,
    step,
    ...(consecutive !== undefined && { consecutive }),
    ...(load !== undefined && { load }),
    probe: probe && probeOf(probe, time.skew),
    acks,
  };
}

/** The last bucket is not over yet: it stands for the part of it that has passed. */
function bucketsOf({ series = [] }: WindowSum, { now, skew }: StoreTime): BucketCounts[] {
  return series.map(({ at, ...counts }) => ({
    at: at - skew,
    ms: Math.min(BUCKET_MS, Math.max(0, now - at)),
    ...counts,
  }));
}

function probeOf(probe: ProbeEvidence, skew: number): ProbeEvidence {
  const { lastClaimedAt } = probe;
  return lastClaimedAt === undefined
    ? probe
    : { ...probe, lastClaimedAt: timeOf(lastClaimedAt, skew) };
}

function windowOf(sum: WindowSum, lengthMs: number, skew: number): WindowEvidence {
  const {
    counts,
    failingBuckets,
    reporting,
    failing,
    slowInstances,
    run,
    lag,
    wait,
    groups,
    keys,
    local,
  } = sum;
  return {
    lengthMs,
    counts,
    failingBuckets,
    reporting,
    failing,
    heaviest: sum.heaviest.map((instance) => instanceOf(instance, skew)),
    firstFailureAt: timeOf(sum.firstFailureAt, skew),
    lastFailureAt: timeOf(sum.lastFailureAt, skew),
    ...(slowInstances !== undefined && { slowInstances }),
    ...(run !== undefined && { run: runOf(run, skew) }),
    ...(lag !== undefined && { lag }),
    ...(wait !== undefined && { wait: waitOf(wait, skew) }),
    ...(groups !== undefined && { groups }),
    ...(keys !== undefined && { keys }),
    ...(local !== undefined && { local: localOf(local, skew) }),
  };
}

function waitOf({ reporting, until }: WaitEvidence, skew: number): WaitEvidence {
  return { reporting, until: until.map(([at, instances]) => [at - skew, instances]) };
}

function runOf({ failures, startedAt }: FailureRun, skew: number): FailureRun {
  return { failures, startedAt: timeOf(startedAt, skew) };
}

function localOf(local: LocalOpenings, skew: number): LocalOpenings {
  return {
    ...local,
    keys: local.keys.map((key) => ({ ...key, openedAt: key.openedAt.map((at) => at - skew) })),
    failedAt: local.failedAt - skew,
    heardAt: local.heardAt - skew,
  };
}

function instanceOf(instance: InstanceCounts, skew: number): InstanceCounts {
  const { lastFailureAt } = instance;
  return lastFailureAt === undefined || skew === 0
    ? instance
    : { ...instance, lastFailureAt: lastFailureAt - skew };
}

function timeOf(at: Millis | null, skew: number): Millis | null {
  return at === null ? null : at - skew;
}
