import { LATENCY_BINS, LatencySum, type LatencyBins } from '@recloser/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latencyBytes, readLatencyBytes } from './latency-bytes.js';

const bins: fc.Arbitrary<LatencyBins> = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: LATENCY_BINS - 1 }),
      fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 2 ** 31 })),
    ),
    { maxLength: 40 },
  )
  .map((pairs) => merged(pairs.flat()));

function merged(...lists: LatencyBins[]): LatencyBins {
  const sum = new LatencySum();
  for (const list of lists) sum.add(list);
  return sum.bins;
}

const bytesOf = (list: LatencyBins): Buffer => latencyBytes(list) ?? Buffer.alloc(0);

describe('latency bytes', () => {
  it('say what they were made of, alone and one after the other', () => {
    fc.assert(
      fc.property(bins, bins, (a, b) => {
        expect(readLatencyBytes(bytesOf(a))).toEqual(a);
        expect(readLatencyBytes(Buffer.concat([bytesOf(a), bytesOf(b)]))).toEqual(merged(a, b));
      }),
    );
    expect(latencyBytes([])).toBeNull();
  });

  it('are two for a bin with fewer than 128 samples', () => {
    const usual = Array.from({ length: 20 }, (_, i) => [100 + i, 50]).flat();
    expect(latencyBytes(usual)).toHaveLength(2 + 40);
  });

  it('of another layout, cut off or of nonsense do not throw', () => {
    expect(readLatencyBytes(Buffer.from([2, 1, 5, 5]))).toEqual([]);
    expect(readLatencyBytes(Buffer.from([1, 9, 5]))).toEqual([]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        const read = readLatencyBytes(noise);
        expect(read.length).toBeLessThanOrEqual(2 * LATENCY_BINS);
      }),
    );
  });
});
