import type { WindowQuery, WindowSum } from '@recloser/backbone';
import type { BreakerRecord, Evidence, WindowEvidence } from '@recloser/core';

/**
 * Which windows one evaluation of this breaker needs, in the order in which `assemble` reads them.
 * `skew` is what must be added to a time of the record to have it on the signal store's clock, in ms.
 */
export function windowQueries(record: BreakerRecord, skew: number): readonly WindowQuery[] {
  const { key: breaker, version, state, policy } = record;
  if (state.kind === 'open' || state.kind === 'probing') return [];
  const trip = [
    { breaker, version, windowMs: policy.fast.lengthMs },
    { breaker, version, windowMs: policy.slow.lengthMs },
  ];
  if (state.kind !== 'ramping' || state.dwellStartedAt === null) return trip;
  const notBefore = state.dwellStartedAt + skew;
  return [...trip, { breaker, version, windowMs: stepWindow(record), notBefore }];
}

/** A step is judged on all that it admitted since its dwell began, however long it waits for enough calls. */
function stepWindow({ policy }: BreakerRecord): number {
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
  const [fast = null, slow = null, step = null] = windowQueries(record, skew).map(
    ({ windowMs }, index) => {
      const sum = sums[index];
      return sum === undefined ? null : windowOf(sum, windowMs, skew);
    },
  );
  return { fast, slow, step, ...answers };
}

function windowOf(sum: WindowSum, lengthMs: number, skew: number): WindowEvidence {
  const { counts, failingBuckets, reporting, failing, heaviest, firstFailureAt, slowInstances } =
    sum;
  return {
    lengthMs,
    counts,
    failingBuckets,
    reporting,
    failing,
    heaviest,
    firstFailureAt: firstFailureAt === null ? null : firstFailureAt - skew,
    ...(slowInstances !== undefined && { slowInstances }),
  };
}
