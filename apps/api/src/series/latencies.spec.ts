import { latencyBinOf } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { mergeLatencies, withLatencies } from './latencies.js';

const point = (at: number) => ({
  at,
  ok: 1,
  failures: 0,
  rejected: 0,
  slow: 0,
  timeouts: 0,
  stalled: 0,
  throttled: 0,
  localLag: 0,
});
const [fast, slow] = [latencyBinOf(5), latencyBinOf(1_000)];

describe('latencies of a series', () => {
  const merged = mergeLatencies(
    [
      { at: 10_000, bins: [fast, 97] },
      { at: 40_000, bins: [fast, 1] },
    ],
    [
      { breaker: 'a', second: 12, bins: [slow, 3] },
      { breaker: 'a', second: 20, bins: [slow, 2] },
    ],
    10_000,
  );

  it('are merged before percentiles are taken, stored and live', () => {
    const { points, latency } = withLatencies(
      [point(10_000), point(20_000), point(30_000)],
      merged,
    );
    const [first, second, third] = points;
    expect(first?.latency).toMatchObject({ samples: 100 });
    expect(first?.latency?.p95).toBeLessThan(6);
    expect(first?.latency?.p99).toBeGreaterThanOrEqual(1_000);
    expect(second?.latency?.p50).toBeGreaterThanOrEqual(1_000);
    expect(third).toEqual(point(30_000));
    expect(latency?.samples).toBe(103);
  });

  it('of no SDK that tells any are none', () => {
    const none = withLatencies([point(0)], mergeLatencies([], [], 10_000));
    expect(none).toEqual({ points: [point(0)], latency: null });
  });
});
