import { samePartition, type Partition } from '@recloser/core';
import type { BreakerSummary, PartitionRow } from '@recloser/protocol';

/** What holds now for a part of the fleet, or for all of it. */
export function stateOfPartition<B extends Pick<BreakerSummary, 'scopes'>>(
  breaker: B,
  scope: Partition | undefined,
): B | PartitionRow {
  return breaker.scopes.find((row) => scope !== undefined && samePartition(row, scope)) ?? breaker;
}
