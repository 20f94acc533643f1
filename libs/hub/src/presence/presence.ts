import {
  type AckEvidence,
  type BreakerView,
  type Partition,
  PARTITION_KINDS,
} from '@recloser/core';
import type { Presence, PresenceCount } from '@recloser/protocol';
import type { SdkSession } from '../connections/sdk-session.js';
import { locationOf } from './location.js';

const BEHIND = 20;

/** Counts instances by what they have applied; `head` is the latest seq. */
class Counting {
  readonly #acked = new Map<number, number>();
  readonly #behind: { instanceId: string; seq: number }[] = [];

  constructor(private readonly head: number) {}

  add(instanceId: string, seq: number): void {
    this.#acked.set(seq, (this.#acked.get(seq) ?? 0) + 1);
    if (seq < this.head) this.#behind.push({ instanceId, seq });
  }

  result(): PresenceCount {
    return {
      acked: [...this.#acked].sort(([a], [b]) => a - b),
      behind: this.#behind.sort((a, b) => a.seq - b.seq).slice(0, BEHIND),
    };
  }
}

/** Counts the instances heard at or after `heardSince`, all of them and those of each part. */
export function countPresence(
  live: readonly SdkSession[],
  head: number,
  heardSince: number,
  parts: readonly Partition[],
): PresenceCount & Pick<Presence, 'parts'> {
  const all = new Counting(head);
  const counted = new Map(PARTITION_KINDS.map((kind) => [kind, new Map<unknown, Counting>()]));
  for (const { kind, value } of parts) counted.get(kind)?.set(value, new Counting(head));
  for (const { heardAt, instance, ackedSeq } of live) {
    if (heardAt < heardSince || instance === null) continue;
    all.add(instance.id, ackedSeq);
    if (parts.length === 0) continue;
    const place = locationOf(instance);
    for (const kind of PARTITION_KINDS)
      counted.get(kind)?.get(place[kind])?.add(instance.id, ackedSeq);
  }
  const results = parts.flatMap(({ kind, value }) => {
    const counting = counted.get(kind)?.get(value);
    return counting === undefined ? [] : [{ kind, value, ...counting.result() }];
  });
  return { ...all.result(), ...(results.length > 0 && { parts: results }) };
}

/** How many of the counted instances have applied `seq`. */
export function acksFor(presence: PresenceCount, seq: number): AckEvidence {
  let connected = 0;
  let applied = 0;
  for (const [acked, instances] of presence.acked) {
    connected += instances;
    if (acked >= seq) applied += instances;
  }
  const behind = presence.behind.filter((instance) => instance.seq < seq);
  return { connected, applied, behind: behind.map(({ instanceId }) => instanceId) };
}

/** Some step of it waits until everybody has applied it. */
export function isRamping(view: BreakerView | undefined): boolean {
  const summaries = [view, ...(view?.scopes ?? [])];
  return summaries.some((summary) => summary?.state === 'ramping');
}
