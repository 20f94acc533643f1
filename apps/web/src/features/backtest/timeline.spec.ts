import { describe, expect, it } from 'vitest';
import { outcomeWords, barOf } from './timeline';

describe('barOf', () => {
  const line = { from: 100, to: 200 };
  it('is in percent of the line, and never invisible', () => {
    expect(barOf({ from: 125, to: 150 }, line)).toEqual({ left: 25, width: 25 });
    expect(barOf({ from: 150, to: 150 }, line)).toEqual({ left: 50, width: 0.3 });
  });

  it('is cut at the ends', () => {
    expect(barOf({ from: 50, to: 900 }, line)).toEqual({ left: 0, width: 100 });
  });
});

describe('outcomeWords', () => {
  it.each([
    [3, 1, 7, /opened the breaker 3 times in the last 7 days, once with the saved one/],
    [0, 2, 1, /never in the last day, 2 times with/],
    [2, 2, 30, /2 times in the last 30 days, as often as the saved one/],
  ])('%i against %i in %i days', (proposed, current, days, words) => {
    expect(outcomeWords(proposed, current, days)).toMatch(words);
  });
});
