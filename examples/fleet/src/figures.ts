import { ADMISSION_ALL, percentOf, type Policy } from '@recloser/core';
import type { Applied, Ledger } from './ledger.js';
import { policySatisfiedAt } from './replay.js';

/** What the story prints as one JSON object. Times in ms; null where it did not happen. */
export interface Figures {
  readonly instances: number;
  /** Dependency dead → last instance blocking. */
  readonly detectMs: number | null;
  /** The fleet's true outcomes first satisfy the policy → last instance blocking. */
  readonly reactMs: number | null;
  /** Calls that reached the dead dependency after its death. */
  readonly wastedCalls: number;
  /** Calls made under a probe permit, over the whole fleet. */
  readonly probes: number;
  /** Admissions after the trip, in percent, in the order in which they were applied. */
  readonly steps: readonly number[];
  /** True when for no seq an account was admitted on one instance and rejected on another. */
  readonly sameCohort: boolean;
  /** Dependency back → last instance admitting all. */
  readonly recoveredMs: number | null;
  /** How often a ramp had to go back. */
  readonly relapses: number;
  readonly auditEvents: number;
  readonly errors: readonly string[];
}

/** The figures of one outage, from what the processes measured. */
export function figuresOf(ledger: Ledger, policy: Policy, auditEvents: number): Figures {
  const blockedAt = lastToReach(ledger, ledger.diedAt, (entry) => entry.admission === 0);
  const closedAt = lastToReach(
    ledger,
    ledger.revivedAt,
    (entry) => entry.admission === ADMISSION_ALL,
  );
  const satisfiedAt = policySatisfiedAt(ledger.calls, policy, ledger.diedAt ?? Infinity);
  const levels = admissionsInOrder(ledger);
  return {
    instances: ledger.instances.length,
    detectMs: between(ledger.diedAt, blockedAt),
    reactMs: between(satisfiedAt, blockedAt),
    wastedCalls: ledger.totals?.wasted ?? 0,
    probes: ledger.probes,
    steps: levels.filter((level) => level > 0).map(percentOf),
    sameCohort: ledger.conflicts === 0,
    recoveredMs: between(ledger.revivedAt, closedAt),
    relapses: levels.filter((level, index) => level < (levels[index - 1] ?? 0)).length,
    auditEvents,
    errors: ledger.problems,
  };
}

const between = (from: number | null, to: number | null): number | null =>
  from === null || to === null ? null : to - from;

/** When the last instance first held such a state after `since`, or null while one has not. */
function lastToReach(
  ledger: Ledger,
  since: number | null,
  reached: (entry: Applied) => boolean,
): number | null {
  if (since === null) return null;
  const times = ledger.instances.map(
    (instance) =>
      ledger.applied.find(
        (entry) => entry.instance === instance && entry.at >= since && reached(entry),
      )?.at ?? null,
  );
  return times.some((time) => time === null) ? null : Math.max(...times.map(Number));
}

/** The fleet's admissions from the trip on, in the order of their seq, without repeats. */
function admissionsInOrder(ledger: Ledger): readonly number[] {
  const diedAt = ledger.diedAt ?? Infinity;
  const bySeq = new Map<number, number>();
  for (const entry of ledger.applied) if (entry.at >= diedAt) bySeq.set(entry.seq, entry.admission);
  const ordered = [...bySeq].sort(([a], [b]) => a - b).map(([, admission]) => admission);
  return ordered.filter((admission, index) => admission !== ordered[index - 1]);
}
