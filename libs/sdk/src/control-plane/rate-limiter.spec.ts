import { evenQuota, quotas } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { isCircuitOpen } from '../errors.js';
import { RateLimiter } from './rate-limiter.js';
import { makeConnected, makeDelta, makeView } from '../sdk.fake.js';

const ramping = (version: number, maxRps?: number) =>
  makeView('a', {
    state: 'ramping',
    version,
    admission: 2 ** 31,
    ...(maxRps !== undefined && { maxRps }),
  });

/** How many calls get through when one is tried every ms, for so long. */
function takenIn(limiters: readonly RateLimiter[], from: number, ms: number): number {
  let taken = 0;
  for (let now = from; now <= from + ms; now += 1) {
    for (const rateLimiter of limiters) if (rateLimiter.take(now)) taken += 1;
  }
  return taken;
}

describe('a pacer', () => {
  it('goes by the even share until it is told, and again when nothing is told any more', () => {
    const rateLimiter = new RateLimiter(400, 10, 0);
    expect(rateLimiter.take(0)).toBe(false);
    expect(takenIn([rateLimiter], 1, 10_000)).toBe(10_000 * (evenQuota(400, 10) / 1_000));
    rateLimiter.setQuota(50, 12_000, 10_001);
    expect(takenIn([rateLimiter], 10_002, 1_900)).toBeCloseTo(95, -1);
    expect(takenIn([rateLimiter], 12_000, 10_000)).toBeCloseTo(100, -1);
  });

  it('never goes above the limit, whatever it is told, nor catches up for more than a moment', () => {
    const rateLimiter = new RateLimiter(100, 1, 0);
    rateLimiter.setQuota(1e9, 1e9, 0);
    expect(takenIn([rateLimiter], 3_600_000, 1_000)).toBeLessThanOrEqual(100 + 25);
  });

  it('a fleet of them stays within the limit and one call for each of them', () => {
    const [maxRps, size, seconds] = [200, 50, 20];
    const fleet = Array.from({ length: size }, () => new RateLimiter(maxRps, size, 0));
    const demands = Array.from({ length: size / 2 }, (_, i) => i + 1);
    for (const [i, rps] of quotas(maxRps, { connected: size, size }, demands).entries()) {
      fleet[i]!.setQuota(rps, Infinity, 0);
    }
    const taken = takenIn(fleet, 0, seconds * 1_000);
    expect(taken).toBeLessThanOrEqual(maxRps * seconds + size);
    expect(taken).toBeGreaterThan(maxRps * seconds * 0.95);
  });
});

describe('a ramp under a rate limit', () => {
  const context = (id: number) => ({ accountId: `account-${id}` });

  it('turns calls away that admission lets in, and counts them apart', async () => {
    const { system, recloser } = makeConnected([ramping(2, 8)]);
    system.socket.frame({ t: 'ping', id: 1, lease: true, fleet: 1 });
    const breaker = recloser.breaker('a');
    const outcomes = { made: 0, limited: 0, cohort: 0 };
    for (let i = 0; i < 200; i += 1) {
      await system.pass(10);
      await breaker
        .protect(() => Promise.resolve(), context(i))
        .then(
          () => (outcomes.made += 1),
          (error: unknown) => {
            if (!isCircuitOpen(error)) throw error;
            if (error.reason === 'limited') outcomes.limited += 1;
            else outcomes.cohort += 1;
          },
        );
    }
    // 2 s at the even share of 8 calls/s over an unknown fleet of ten at first.
    expect(outcomes.made).toBeLessThanOrEqual(4);
    expect(outcomes.limited).toBeGreaterThan(60);
    const stats = breaker.stats();
    expect(stats).toMatchObject({ limited: outcomes.limited, rejected: outcomes.cohort });
    expect(stats.ok).toBe(outcomes.made);
  });

  it('takes up its quota, keeps it over the steps, and ends with the ramp', async () => {
    const { system, recloser } = makeConnected([ramping(2, 1_000)]);
    const breaker = recloser.breaker('a');
    let made = 0;
    const attempt = async (count: number) => {
      for (let i = 0; i < count; i += 1) {
        await system.pass(10);
        await breaker
          .protect(() => Promise.resolve((made += 1)), { accountId: 'x1' })
          .catch(() => undefined);
      }
    };
    expect(breaker.decide({ accountId: 'x1' }).admitted).toBe(true);
    system.socket.frame({ t: 'quota', b: 'a', rps: 50, ttlMs: 60_000 });
    await attempt(100);
    expect(made).toBeGreaterThan(40);
    expect(made).toBeLessThanOrEqual(50);
    made = 0;
    system.socket.frame(makeDelta(1, [ramping(3, 1_000)]));
    await attempt(100);
    expect(made).toBeGreaterThan(40);
    made = 0;
    const closed = makeView('a', { version: 4 });
    system.socket.frame(makeDelta(2, [closed]));
    await attempt(20);
    expect(made).toBe(20);
  });
});
