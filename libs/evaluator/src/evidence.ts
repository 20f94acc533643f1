import type { WindowQuery, WindowSum } from '@recloser/backbone';
import {
  type BreakerRecord,
  type Evidence,
  type FailureRun,
  type InstanceCounts,
  liveScopes,
  recordOfPart,
  type Millis,
  type Policy,
  type WindowEvidence,
} from '@recloser/core';

/** The windows that a decision may need. */
type WindowName = 'fast' | 'slow' | 'consecutive' | 'step' | 'load';

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
  return [record, ...liveScopes(record).map((scoped) => recordOfPart(record, scoped))];
}

/**
 * Which windows one evaluation of this state needs, in the order in which `assemble` reads them.
 * `skew` is what must be added to a time of the record to have it on the signal store's clock, in ms.
 */
export function windowQueries(record: BreakerRecord, skew: number): readonly WindowQuery[] {
  return neededWindows(record, skew).map(([, query]) => query);
}

function neededWindows(
  { key: breaker, version, state, policy }: BreakerRecord,
  skew: number,
): readonly (readonly [WindowName, WindowQuery])[] {
  if (state.kind === 'open' || state.kind === 'probing') return [];
  const of = { breaker, version };
  const needed: (readonly [WindowName, WindowQuery])[] = [
    ['fast', { ...of, windowMs: policy.fast.lengthMs }],
    ['slow', { ...of, windowMs: policy.slow.lengthMs }],
  ];
  if (policy.consecutive !== null) {
    needed.push(['consecutive', { ...of, windowMs: policy.consecutive.withinMs, run: true }]);
  }
  if (policy.adaptive !== null) needed.push(...loadWindow(of, state, skew));
  if (state.kind === 'ramping' && state.dwellStartedAt !== null) {
    const notBefore = state.dwellStartedAt + skew;
    needed.push(['step', { ...of, windowMs: stepWindow(policy), notBefore }]);
  }
  return needed;
}

/** What is accepted under the present admission alone. */
function loadWindow(
  of: Pick<WindowQuery, 'breaker' | 'version'>,
  state: BreakerRecord['state'],
  skew: number,
): (readonly [WindowName, WindowQuery])[] {
  if (state.kind === 'closed') return [['load', { ...of, windowMs: OVERLOAD_MS }]];
  if (state.kind !== 'dimmed' || state.load === undefined) return [];
  const notBefore = state.load.changedAt + SETTLE_MS + skew;
  return [['load', { ...of, windowMs: DIMMED_MS, notBefore }]];
}

/** A step is judged on all that it admitted since its dwell began, however long it waits for enough calls. */
function stepWindow(policy: Policy): number {
  return Math.max(
    policy.recovery.dwellMaxMs,
    policy.recovery.lowTrafficMaxMs,
    policy.slow.lengthMs,
  );
}

export type Answers = Pick<Evidence, 'probe' | 'acks'>;

/** Puts the sums into the places where `decide` expects them, with their times on the record's clock. */
export function assemble(
  record: BreakerRecord,
  sums: readonly WindowSum[],
  answers: Answers,
  skew: number,
): Evidence {
  const windows: Partial<Record<WindowName, WindowEvidence>> = {};
  for (const [index, [name, { windowMs }]] of neededWindows(record, skew).entries()) {
    const sum = sums[index];
    if (sum !== undefined) windows[name] = windowOf(sum, windowMs, skew);
  }
  const { fast = null, slow = null, step = null, consecutive, load } = windows;
  return {
    fast,
    slow,
    step,
    ...(consecutive !== undefined && { consecutive }),
    ...(load !== undefined && { load }),
    ...answers,
  };
}

function windowOf(sum: WindowSum, lengthMs: number, skew: number): WindowEvidence {
  const { counts, failingBuckets, reporting, failing, slowInstances, run, lag, groups } = sum;
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
    ...(groups !== undefined && { groups }),
  };
}

function runOf({ failures, startedAt }: FailureRun, skew: number): FailureRun {
  return { failures, startedAt: timeOf(startedAt, skew) };
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
