import { describe, expect, it } from 'vitest';
import { openedOf } from './openings.js';

describe('openedOf', () => {
  it('gives the median and the 95th percentile of the times', () => {
    expect(openedOf([1_500, 1_400, 1_600])).toEqual({ median: 1_500, p95: 1_600 });
  });

  it('takes one that did not open for slower than any that did', () => {
    expect(openedOf([1_500, null, 1_400])).toEqual({ median: 1_500, p95: null });
    expect(openedOf([null, null, 1_400])).toEqual({ median: null, p95: null });
  });

  it('gives null when none opened', () => {
    expect(openedOf([null, null])).toBeNull();
  });
});
