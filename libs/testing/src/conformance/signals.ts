import { type Counts, EMPTY_COUNTS } from '@recloser/core';
import type { Aggregate, Census } from '@recloser/protocol';

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

export function census(some: Partial<Census>): Census {
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
