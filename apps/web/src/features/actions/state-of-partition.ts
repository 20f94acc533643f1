import { samePartition, type Partition } from '@recloser/core';
import type { BreakerSummary, PartitionRow } from '@recloser/protocol';

/** The current state of a partition, or of the whole fleet. */
export function stateOfPartition<B extends Pick<BreakerSummary, 'scopes'>>(
  breaker: B,
  scope: Partition | undefined,
): B | PartitionRow {
  return breaker.scopes.find((row) => scope !== undefined && samePartition(row, scope)) ?? breaker;
}
