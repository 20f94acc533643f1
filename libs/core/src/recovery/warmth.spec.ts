import { describe, expect, it } from 'vitest';
import { latencyBefore, warmthOf } from './warmth.js';

const before = { latencyBefore: { p50Ms: 16, p95Ms: 40 } };
const step = (p50: number, p95: number, samples = 20) => ({
  samples,
  p50,
  p95,
  p99: p95,
  max: p95,
});

describe('warmthOf', () => {
  it.each([
    ['as before', step(16, 40), 'warm'],
    ['quicker', step(4, 9), 'warm'],
    ['a bin slower', step(20, 50), 'warm'],
    ['some of it from an empty cache', step(16, 80), 'warming'],
    ['slower as a whole', step(50, 60), 'cold'],
    ['too few samples', step(50, 60, 4), 'unknown'],
    ['nothing known', null, 'unknown'],
  ])('%s', (_name, latency, warmth) => {
    expect(warmthOf(before, latency)).toBe(warmth);
  });

  it('forgives the grain of the clock where all is quick', () => {
    expect(warmthOf({ latencyBefore: { p50Ms: 0.4, p95Ms: 0.9 } }, step(3, 5))).toBe('warm');
  });

  it('is unknown where nothing is known of before', () => {
    expect(warmthOf({}, step(1, 1))).toBe('unknown');
    expect([latencyBefore(null), latencyBefore(step(1, 1, 4))]).toEqual([undefined, undefined]);
  });
});
