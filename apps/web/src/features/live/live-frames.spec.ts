import type { BreakerSummary, ConsoleServerFrame } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { breakerIn, CLOSED, OPEN } from '../breaker/breaker.fixture';
import { mergeFrames } from './live-frames';
import { applyFrame, initialState } from './live-state';

const closed = (key: string, seq: number): BreakerSummary =>
  breakerIn(CLOSED, { mode: 'auto' }, { key, seq });
const open = (key: string, seq: number): BreakerSummary =>
  breakerIn(OPEN, { mode: 'auto' }, { key, seq });
const changes = (
  seq: number,
  breakers: BreakerSummary[],
  removed: string[] = [],
): ConsoleServerFrame => ({ t: 'changes', seq, breakers, removed, events: [], at: seq });
const ping: ConsoleServerFrame = { t: 'ping' };
const snapshot: ConsoleServerFrame = { t: 'snapshot', seq: 3, breakers: [closed('b', 3)], at: 3 };

describe('mergeFrames', () => {
  it('puts neighbouring changes together and leaves the order of the rest', () => {
    const frames = [changes(1, [open('a', 1)]), changes(2, [closed('a', 2)]), ping];
    expect(mergeFrames(frames).map(({ t }) => t)).toEqual(['changes', 'ping']);
    expect(mergeFrames([changes(1, []), snapshot, changes(4, [])]).map(({ t }) => t)).toEqual([
      'changes',
      'snapshot',
      'changes',
    ]);
  });

  it('leads to the same state as one frame after the other', () => {
    const bursts: readonly (readonly ConsoleServerFrame[])[] = [
      [changes(1, [open('a', 1)]), changes(2, [], ['a']), changes(3, [closed('a', 3)])],
      [changes(1, [open('a', 1), open('b', 1)]), changes(2, [closed('b', 2)], ['a'])],
      [changes(2, [open('a', 2)]), snapshot, changes(4, [open('b', 4)]), changes(5, [], ['b'])],
    ];
    for (const burst of bursts) {
      const start = initialState([closed('a', 0), closed('b', 0)], 0);
      const apply = (frames: readonly ConsoleServerFrame[]) =>
        frames.reduce((state, frame) => applyFrame(state, frame, 9), start);
      const one = apply(burst);
      const merged = apply(mergeFrames(burst));
      expect(merged.seq).toBe(one.seq);
      expect([...merged.breakers].toSorted()).toEqual([...one.breakers].toSorted());
    }
  });
});
