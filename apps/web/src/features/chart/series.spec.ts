import type { Series } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { chartData, NO_DATA, slowestMoments } from './series';

const point = (at: number, ok: number, failures = 0) => ({
  at,
  ok,
  failures,
  rejected: 0,
  slow: 0,
  timeouts: 0,
  stalled: 0,
  throttled: 0,
  localLag: 0,
});
const series = (stepMs: number, points: Series['points']): Series => ({
  stepMs,
  points,
  transitions: [],
});
const second = (at: number, ok: number) => ({ at, ok, failures: 0, rejected: 0, slow: 0 });

describe('chartData', () => {
  it('goes over from stored to live without counting a second twice', () => {
    const data = chartData(
      series(1_000, [point(1_000, 5), point(2_000, 6)]),
      [second(2_000, 7), second(3_000, 8)],
      0,
      4_000,
    );
    expect(data.time).toEqual([1, 2, 3]);
    expect(data.ok).toEqual([5, 7, 8]);
  });

  it('shows wider steps as rates and leaves the live seconds to narrow ones', () => {
    const data = chartData(series(10_000, [point(10_000, 50, 50)]), [second(12_000, 9)], 0, 20_000);
    expect(data).toMatchObject({ time: [10], ok: [5], failures: [5], rate: [50] });
  });

  it('shares a healthy sum of ten seconds out over them', () => {
    const data = chartData(
      series(1_000, [point(10_000, 50), point(20_000, 5), point(21_000, 5, 5)]),
      [],
      0,
      22_000,
    );
    expect(data.time).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21]);
    expect(data.ok.slice(8)).toEqual([5, 5, 5, 5]);
    expect(data.failures.at(-1)).toBe(5);
  });

  it('does not take the lateness of the feed for a silence', () => {
    const live = [second(1_000, 4), second(2_000, 4)];
    expect(chartData(undefined, live, 0, 6_000).ok).toEqual([4, 4]);
    expect(chartData(undefined, live, 0, 60_000).ok).toEqual([4, 4, 0, 0]);
  });

  it('draws a silence as zeros and a rate of no calls as a gap', () => {
    const data = chartData(
      series(1_000, [point(1_000, 5), point(9_000, 5), point(11_000, 1)]),
      [],
      0,
      12_000,
    );
    expect(data.time).toEqual([1, 2, 8, 9, 11]);
    expect(data.ok).toEqual([5, 0, 0, 5, 1]);
    expect(data.rate).toEqual([0, null, null, 0, 0]);
  });

  it('shows latencies beside counts, over all seconds of a healthy sum, and under the live ones', () => {
    const figures = (p50: number) => ({
      samples: 9,
      p50,
      p95: 2 * p50,
      p99: 3 * p50,
      max: 4 * p50,
    });
    const data = chartData(
      series(1_000, [
        { ...point(10_000, 50), latency: figures(5) },
        point(20_000, 1),
        { ...point(21_000, 1), latency: figures(7) },
        { ...point(22_000, 4), latency: figures(8) },
      ]),
      [second(22_000, 5), second(23_000, 5)],
      0,
      24_000,
    );
    expect(data.p50).toEqual([...Array<number>(10).fill(5), null, 7, 8, null]);
    expect(data.p99.at(-2)).toBe(24);
    expect(data.ok.at(-2)).toBe(5);
  });

  it('keeps to the time asked for', () => {
    const data = chartData(series(1_000, [point(1_000, 1), point(51_000, 2)]), [], 40_000, 60_000);
    expect(data.ok[0]).toBe(2);
    expect(chartData(undefined, [], 0, 1)).toMatchObject({ time: [], rate: [] });
  });
});

describe('slowestMoments', () => {
  it('has the moment with the highest P99 of each part that was told something', () => {
    const time = Array.from({ length: 40 }, (_, i) => 100 + i);
    const p99 = time.map((_, i) => (i >= 10 && i < 20 ? null : i));
    const data = { ...NO_DATA, time, p99, p50: p99, p95: p99, rate: time.map(() => 1) };
    const moments = slowestMoments(data, 4);
    expect(moments.map(({ at }) => at / 1_000 - 100)).toEqual([9, 29, 39]);
    expect(moments[0]).toMatchObject({ p99: 9, p50: 9, rate: 1 });
    expect(slowestMoments(NO_DATA, 4)).toEqual([]);
  });
});
