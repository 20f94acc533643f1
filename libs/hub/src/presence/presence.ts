import type { AckEvidence, BreakerView } from '@recloser/core';
import type { SdkSession } from '../connections/session.js';

const BEHIND = 20;

export interface PresenceCount {
  /** Instances by acknowledged seq. */
  readonly acked: readonly (readonly [seq: number, instances: number])[];
  readonly behind: readonly { readonly instanceId: string; readonly seq: number }[];
}

/** Counts the instances heard at or after `heardSince` by what they have applied; `head` is the latest seq. */
export function countPresence(
  live: readonly SdkSession[],
  head: number,
  heardSince: number,
): PresenceCount {
  const counts = new Map<number, number>();
  const behind: { instanceId: string; seq: number }[] = [];
  for (const session of live) {
    if (session.heardAt < heardSince || session.instance === null) continue;
    const seq = session.ackedSeq;
    counts.set(seq, (counts.get(seq) ?? 0) + 1);
    if (seq < head) behind.push({ instanceId: session.instance.id, seq });
  }
  behind.sort((a, b) => a.seq - b.seq);
  return {
    acked: [...counts].sort(([a], [b]) => a - b),
    behind: behind.slice(0, BEHIND),
  };
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
  const standings = [view, ...(view?.scopes ?? [])];
  return standings.some((standing) => standing?.state === 'ramping');
}
