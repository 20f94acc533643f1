import { describe, expect, it } from 'vitest';
import { recoveryOf, type Ended } from './outcome.js';

const AT = 10_000;
/** Seconds of a fleet with a load of 100: how many calls were served and failed in each. */
type Second = readonly [ok: number, failed: number];
const calls = (...seconds: readonly Second[]): Ended[] =>
  seconds.flatMap(([ok, failed], second) =>
    Array.from({ length: ok + failed }, (_, i): Ended => {
      return { start: AT + second * 1_000 + i, result: i < ok ? 'ok' : 'failed' };
    }),
  );
const times = (count: number, second: Second) => Array.from({ length: count }, () => second);
const figures = (...seconds: readonly Second[]) =>
  recoveryOf(calls(...seconds), AT, seconds.length * 1_000, 100);

describe('recoveryOf', () => {
  it('takes the start of the first five good seconds in a row', () => {
    const steps: Second[] = [[0, 0], [6, 0], [25, 0], [50, 0], ...times(8, [100, 0])];
    expect(figures(...steps)).toEqual({ fullMs: 4_000, collapses: 0, served: 881, failed: 0 });
    expect(figures(...times(4, [100, 0]))).toMatchObject({ fullMs: null });
  });

  it('is not fooled by good seconds before a collapse', () => {
    const again: Second[] = [...times(4, [100, 0]), ...times(3, [5, 90]), ...times(6, [99, 0])];
    expect(figures(...again)).toMatchObject({ fullMs: 7_000, collapses: 1 });
  });

  it('counts each collapse once, and one for a fleet that never gets up', () => {
    expect(figures(...times(20, [0, 100]))).toMatchObject({ fullMs: null, collapses: 1 });
    const waves = times(3, [50, 0]).flatMap((good): Second[] => [good, [10, 60], [0, 0]]);
    expect(figures(...waves)).toMatchObject({ collapses: 3 });
  });

  it('leaves out what was wanted before the return, or after the watch', () => {
    const before: Ended = { start: AT - 1, result: 'failed' };
    const after: Ended = { start: AT + 1_000, result: 'ok' };
    expect(recoveryOf([before, after], AT, 1_000, 100)).toMatchObject({ served: 0, failed: 0 });
  });
});
