import type { InstanceCounts } from '@recloser/core';

/** Instances with the most failures, and of the rest those with the most calls, in one statistics row. */
const MOST_FAILURES = 24;
const MOST_CALLS = 8;

type Counts = Pick<InstanceCounts, 'calls' | 'failures' | 'slow'>;

/**
 * The instances that may be at fault or whose weight may have to be bounded: those with the most failed or slow
 * calls, and those that call most. All of them when they are few.
 */
export function topOffenders<T extends Counts>(instances: readonly T[]): readonly T[] {
  if (instances.length <= MOST_FAILURES + MOST_CALLS) return instances;
  const worst = firstOf(
    instances,
    MOST_FAILURES,
    (a, b) => badOf(b) - badOf(a) || b.calls - a.calls,
  );
  const named = new Set(worst);
  const others = instances.filter((one) => !named.has(one));
  const busiest = firstOf(others, MOST_CALLS, (a, b) => b.calls - a.calls || badOf(b) - badOf(a));
  return [...worst, ...busiest];
}

function badOf({ failures, slow = 0 }: Counts): number {
  return Math.max(failures, slow);
}

/** The first `count` in an order. Of many thousands only these are sorted. */
function firstOf<T>(all: readonly T[], count: number, compare: (a: T, b: T) => number): T[] {
  const first: T[] = [];
  for (const one of all) {
    const last = first.at(-1);
    if (first.length === count && last !== undefined && compare(one, last) >= 0) continue;
    let at = first.length;
    for (let before = first[at - 1]; before !== undefined && compare(one, before) < 0;) {
      at -= 1;
      before = first[at - 1];
    }
    first.splice(at, 0, one);
    if (first.length > count) first.pop();
  }
  return first;
}
