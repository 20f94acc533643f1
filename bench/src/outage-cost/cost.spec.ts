import { describe, expect, it } from 'vitest';
import { costOf, type Wanted } from './cost.js';

const DIED_AT = 10_000;
const times = { diedAt: DIED_AT, revivedAt: DIED_AT + 4_000, until: DIED_AT + 20_000 };

/** A hundred calls a second from two seconds before the outage on; `resultOf` goes by seconds from its beginning. */
function calls(resultOf: (second: number, index: number) => Wanted['result']): Wanted[] {
  return Array.from({ length: 2_400 }, (_, index): Wanted => {
    const start = DIED_AT - 2_000 + index * 10;
    const result = resultOf((start - DIED_AT) / 1_000, index);
    return { start, end: start + (result === 'rejected' ? 0 : 100), result };
  });
}

describe('costOf', () => {
  it('counts what failed, and what was turned away after the end', () => {
    const outage = calls((second) => {
      if (second < 0 || second >= 6) return 'ok';
      return second < 1.5 ? 'failed' : 'rejected';
    });
    expect(costOf(outage, times)).toEqual({
      failed: 150,
      wronglyTurnedAway: 200,
      lost: 350,
      spared: 250,
      waitedS: 15,
      servedAgainAfterS: 2,
      lostBefore: 0,
    });
  });

  it('does not take a step of a ramp for the end, nor a good moment before a collapse', () => {
    const ramp = calls((second, index) => {
      if (second < 0) return 'ok';
      if (second < 4) return 'failed';
      return second < 7 && index % 2 === 0 ? 'rejected' : 'ok';
    });
    expect(costOf(ramp, times)).toMatchObject({ servedAgainAfterS: 3, wronglyTurnedAway: 150 });
    const again = calls((second) => (second < 4 || (second >= 8 && second < 9) ? 'failed' : 'ok'));
    expect(costOf(again, times)).toMatchObject({ servedAgainAfterS: 5 });
  });

  it('says so when it was not over within the watch', () => {
    const never = calls((second) => (second < 0 ? 'ok' : 'failed'));
    expect(costOf(never, times)).toMatchObject({ failed: 2_000, servedAgainAfterS: null });
  });

  it('keeps what went wrong before the outage apart', () => {
    const before = calls((second) => (second < -1 ? 'rejected' : 'ok'));
    expect(costOf(before, times)).toMatchObject({ lost: 0, lostBefore: 100, servedAgainAfterS: 0 });
  });
});
