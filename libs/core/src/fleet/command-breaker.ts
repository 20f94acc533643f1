import { command } from '../command/command.js';
import { type CommandResult, refuse } from '../command/command-result.js';
import type { BreakerRecord, Command, Millis, Partition, PartitionState } from '../model/model.js';
import { initialState } from '../recovery/state.js';
import { recordOfPartition, partitionTransition, withKeptPartitions } from './decide-breaker.js';
import {
  isLive,
  keptPartitions,
  livePartitions,
  samePartition,
  partitionName,
  PARTITIONS_MAX,
} from './partition.js';

/**
 * As `command`, for a breaker whose fleet may be in several states. With a partition it is about that part alone: one
 * that has no state of its own gets one, and one that is closed and moved by evidence is over.
 */
export function commandBreaker(
  record: BreakerRecord,
  request: Command,
  now: Millis,
  random: number,
  scope: Partition | null = null,
): CommandResult {
  if (scope !== null) return commandPartition(record, request, now, random, scope);
  const result = command(record, request, now, random);
  if (!result.ok) return result;
  return { ok: true, transition: withKeptPartitions(record, result.transition, now) };
}

function commandPartition(
  record: BreakerRecord,
  request: Command,
  now: Millis,
  random: number,
  scope: Partition,
): CommandResult {
  if (request.type === 'mode.set' && request.mode === 'observe') {
    return refuse(
      'scope_not_possible',
      'Only a whole breaker can observe. Hold this part, or give it back to the evidence.',
    );
  }
  const live = livePartitions(record);
  const known = live.find((partition) => samePartition(partition.scope, scope));
  if (known === undefined && live.length >= PARTITIONS_MAX) {
    return refuse(
      'too_many_scopes',
      `${PARTITIONS_MAX} parts have a state of their own already. Restore one of them, or move the whole breaker.`,
    );
  }
  const before = known ?? newPartitionState(record, scope, now);
  const result = command(recordOfPartition(record, before), request, now, random);
  if (!result.ok) return result;
  // A new part begins to count apart, whatever the command makes of it.
  const versionChanged = result.transition.versionChanged || known === undefined;
  const changed = { ...result.transition, versionChanged };
  return fitted(record, before, partitionTransition(record, before, changed, now), now);
}

function newPartitionState(
  { version, scopes }: BreakerRecord,
  scope: Partition,
  now: Millis,
): PartitionState {
  const remembered = scopes?.find((partition) => samePartition(partition.scope, scope));
  const { within = {}, instances = 0, state = initialState(now) } = remembered ?? {};
  return { scope, version, state, control: { mode: 'auto' }, within, instances };
}

/** Beside a fleet that has opened or is held as a whole, a part that nobody holds has nothing to decide. */
function fitted(
  record: BreakerRecord,
  { scope }: PartitionState,
  transition: Extract<CommandResult, { ok: true }>['transition'],
  now: Millis,
): CommandResult {
  const wanted = transition.scopes ?? [];
  const kept = keptPartitions(wanted, record.state, record.control, now);
  const isOver = (partitions: readonly PartitionState[]) =>
    !partitions.some((partition) => samePartition(partition.scope, scope) && isLive(partition));
  if (!isOver(wanted) && isOver(kept)) {
    const wasLive = !isOver(record.scopes ?? []);
    if (!wasLive) {
      return refuse(
        'scope_not_possible',
        `While the breaker as a whole is ${record.control.mode === 'auto' ? record.state.kind : record.control.mode}, ` +
          `${partitionName(scope)} can only be held. Open it or hold it instead.`,
      );
    }
    const summary = `${transition.evidence.summary} The state of the whole breaker holds for it again.`;
    return {
      ok: true,
      transition: {
        ...transition,
        scopes: kept,
        evidence: { ...transition.evidence, summary },
      },
    };
  }
  return { ok: true, transition };
}
