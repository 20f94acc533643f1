import type { SignalStore, WindowQuery } from '@recloser/backbone';
import { BUCKET_MS, type Counts, EMPTY_COUNTS } from '@recloser/core';
import type { Aggregate, InstanceStatistics } from '@recloser/protocol';

export function counts(some: Partial<Counts>): Counts {
  return { ...EMPTY_COUNTS, ...some };
}

/** An aggregate with whatever the test does not care about filled in. */
export function aggregate(some: Partial<Aggregate> & Pick<Aggregate, 'bucket'>): Aggregate {
  return {
    breaker: 'stripe',
    version: 1,
    service: 'checkout',
    zone: '',
    counts: EMPTY_COUNTS,
    ...some,
  };
}

export function statisticsRow(some: Partial<InstanceStatistics>): InstanceStatistics {
  return {
    breaker: 'stripe',
    version: 1,
    windowMs: 2_000,
    reporting: 0,
    failing: 0,
    heaviest: [],
    ...some,
  };
}

/** A time that lies 100 ms after the start of a bucket, and what a store tells of the environment before it. */
export async function signalScene(store: SignalStore, environmentId: string) {
  const now = Math.floor((await store.now()) / BUCKET_MS) * BUCKET_MS + 100;
  const bucket = (agoMs: number) => Math.floor((now - agoMs) / BUCKET_MS);
  const window = async (query: Partial<WindowQuery> = {}, at = now) => {
    const full = { breaker: 'stripe', version: 1, windowMs: 2_000, ...query };
    const [sum] = await store.windowTotals(environmentId, [full], at);
    if (sum === undefined) throw new Error('The store is to answer each query.');
    return sum;
  };
  return { environmentId, now, bucket, window };
}
