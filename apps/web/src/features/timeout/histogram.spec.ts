import type { TimeoutSuggestionInfo } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { barsOf, basisWords, latencyWords } from './histogram';

const info: TimeoutSuggestionInfo = {
  falseRate: 0.001,
  timeoutMs: 120,
  cutOff: false,
  samples: 12_000,
  samplesNeeded: 10_000,
  hours: 3,
  calls: 200_000,
  timeouts: 0,
  histogram: [
    { upToMs: 10, samples: 11_000 },
    { upToMs: 119, samples: 990 },
    { upToMs: 250, samples: 10 },
  ],
};

describe('the histogram of latencies', () => {
  it('shows the tail beside the body, and what lies beyond the timeout', () => {
    const bars = barsOf(info);
    expect(bars.map(({ beyond }) => beyond)).toEqual([false, false, true]);
    expect(bars[0]?.height).toBe(1);
    expect(bars[2]!.height).toBeGreaterThan(0.2);
    expect(barsOf({ ...info, histogram: [], timeoutMs: null })).toEqual([]);
  });

  it('says what it rests on, or what is missing', () => {
    expect(basisWords(info)).toBe('From 12,000 sampled calls in 3 healthy hours of the last week.');
    expect(basisWords({ ...info, timeoutMs: null, samples: 7 })).toContain('7 of 10,000');
    expect(basisWords({ ...info, cutOff: true })).toContain('may be too short');
  });

  it.each([
    [0.8123, '0.812 ms'],
    [119.4, '119 ms'],
    [1_254, '1.25 s'],
  ])('%d ms is %s', (ms, words) => {
    expect(latencyWords(ms)).toBe(words);
  });
});
