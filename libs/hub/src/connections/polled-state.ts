import type { Payload } from '../replication/payload.js';
import type { Sync, Understood } from '../replication/sync.js';

/** What has changed since the tag, for those who understand parts; else everything. */
export function polledFramesOf(
  sync: Sync,
  understood: Understood,
  known: string | null,
  now: number,
): Payload {
  const at = known?.lastIndexOf('.') ?? -1;
  if (known === null || at < 0 || !understood.parts) return sync.full(understood, now);
  const resume = { epoch: known.slice(0, at), seq: Number(known.slice(at + 1)) };
  return sync.answer(resume, understood, now);
}
