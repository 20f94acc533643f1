import type { BreakerSummary, ConsoleChangesFrame, ConsoleServerFrame } from '@recloser/protocol';

/** Two frames of changes as one: the later word about a breaker counts. */
function mergeChanges(
  earlier: ConsoleChangesFrame,
  later: ConsoleChangesFrame,
): ConsoleChangesFrame {
  const changed = new Map<string, BreakerSummary>();
  const removed = new Set(earlier.removed);
  for (const breaker of earlier.breakers) changed.set(breaker.key, breaker);
  for (const breaker of later.breakers) {
    changed.set(breaker.key, breaker);
    removed.delete(breaker.key);
  }
  for (const key of later.removed) {
    changed.delete(key);
    removed.add(key);
  }
  return {
    t: 'changes',
    seq: Math.max(earlier.seq, later.seq),
    breakers: [...changed.values()],
    removed: [...removed],
    events: [...earlier.events, ...later.events],
    at: later.at,
  };
}

/** The same frames with neighbouring changes put together, so that a burst costs what one change costs. */
export function mergeFrames(frames: readonly ConsoleServerFrame[]): readonly ConsoleServerFrame[] {
  const merged: ConsoleServerFrame[] = [];
  for (const frame of frames) {
    const last = merged.at(-1);
    if (frame.t === 'changes' && last?.t === 'changes')
      merged.splice(-1, 1, mergeChanges(last, frame));
    else merged.push(frame);
  }
  return merged;
}
