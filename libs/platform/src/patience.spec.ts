import { describe, expect, it } from 'vitest';
import { Patience } from './patience.js';

function made(stillMs?: number) {
  const at = { now: 0, mark: 'a', said: [] as number[] };
  const patience = new Patience({
    say: (seconds) => at.said.push(seconds),
    progress: () => at.mark,
    now: () => at.now,
    ...(stillMs === undefined ? {} : { stillMs }),
  });
  return { at, patience };
}

describe('Patience', () => {
  it('lasts as long as there is progress, however slow', () => {
    const { at, patience } = made();
    for (let minute = 1; minute <= 60; minute += 1) {
      at.now = minute * 59_000;
      at.mark = String(minute);
      expect(patience.isLeft()).toBe(true);
    }
  });

  it('ends after a minute in which nothing moved', () => {
    const { at, patience } = made();
    at.now = 59_000;
    expect(patience.isLeft()).toBe(true);
    at.now = 60_000;
    expect(patience.isLeft()).toBe(false);
  });

  it('says every ten seconds how long it has taken', () => {
    const { at, patience } = made();
    for (at.now = 0; at.now <= 35_000; at.now += 100) patience.isLeft();
    expect(at.said).toEqual([10, 20, 30]);
  });
});
