import { describe, expect, it } from 'vitest';
import { pseudoRandom } from '../testing/pseudo-random.js';
import { Recloser } from '../recloser.js';
import { FakeSystem } from '../sdk.fake.js';
import { nextExact, weightOf } from './exact-sample.js';

class RandomSystem extends FakeSystem {
  override random = pseudoRandom(7);
}

/** Bursts of `size` calls in one tick, of which the one at `slowAt` takes 200 ms and the others 5 ms. */
async function bursts(count: number, size: number, slowAt: number) {
  const system = new RandomSystem();
  const recloser = new Recloser({ connect: false }, system);
  const breaker = recloser.breaker('a', { stallMs: Infinity });
  for (let burst = 0; burst < count; burst += 1) {
    const calls = Array.from({ length: size }, (_, index) =>
      breaker.protect(
        () =>
          new Promise((resolve) => {
            system.setTimer(() => resolve(index), index === slowAt ? 200 : 5);
          }),
      ),
    );
    await system.pass(210);
    await Promise.all(calls);
  }
  return breaker.stats().latency;
}

/** By the limits that the histogram has. */
const near = (ms: number | null, truth: number): void => {
  expect(ms).toBeGreaterThanOrEqual(truth);
  expect(ms).toBeLessThanOrEqual(truth * 1.1);
};

describe('percentiles', () => {
  it.each([0, 3, 7, 8, 9])(
    'of a fan-out of ten are true when call %i is the slow one',
    async (slowAt) => {
      const latency = await bursts(200, 10, slowAt);
      near(latency.p50, 5);
      near(latency.p95, 200);
      near(latency.p99, 200);
      expect(latency.samples / 2_000).toBeGreaterThan(0.9);
      expect(latency.samples / 2_000).toBeLessThan(1.1);
    },
  );

  it.each([0, 8, 50, 99])(
    'give no place in a burst of 100 more weight than another (%i)',
    async (slowAt) => {
      const { buckets, samples } = await bursts(300, 100, slowAt);
      const slow = buckets
        .filter(([upTo]) => upTo > 100)
        .reduce((sum, [, count]) => sum + count, 0);
      // One in 100; the draw of 300 bursts lies well within half and twice of it.
      expect(slow / samples).toBeGreaterThan(1 / 200);
      expect(slow / samples).toBeLessThan(1 / 50);
    },
  );

  it('time one call of each block, at any place in it, and let it stand for the block', () => {
    const random = pseudoRandom(3);
    const blocks = [...Array.from({ length: 8 }, () => 1), ...Array.from({ length: 16 }, () => 16)];
    blocks.push(64, 64, 64);
    const places = new Set<number>();
    for (let round = 0; round < 200; round += 1) {
      let [calls, exactAt] = [0, 0];
      for (const size of blocks) {
        const weights: number[] = [];
        for (let place = 0; place < size; place += 1) {
          if (calls++ !== exactAt) continue;
          weights.push(weightOf(calls));
          exactAt = nextExact(calls, random);
          if (size === 64) places.add(place);
        }
        expect(weights).toEqual([size]);
      }
    }
    expect(places.size).toBeGreaterThan(60);
  });

  it('of calls that come one by one are of all of them', async () => {
    const { samples } = await bursts(50, 1, 0);
    expect(samples).toBe(50);
  });
});
