import { describe, expect, it } from 'vitest';
import { defer, makeConnected, makeView, sentItems } from '../sdk.fake.js';
import { UsualLatency } from './usual-latency.js';

/** A spread as of real answers: half of them within p50, one in twenty takes more than twice as long. */
const SPREAD = [0.6, 0.8, 0.9, 0.95, 1, 1, 1.1, 1.3, 1.7, 2.2];

type Rig = ReturnType<typeof makeConnected>;
interface Scene {
  readonly system: Rig['system'];
  readonly breaker: ReturnType<Rig['recloser']['breaker']>;
}

function usualOf(p50: number, answers = 40): UsualLatency {
  const usual = new UsualLatency();
  for (let i = 0; i < answers; i += 1) usual.add(p50 * SPREAD[(i * 7) % SPREAD.length]!, 0);
  return usual;
}

describe('when a call that is still in flight counts as stalled', () => {
  it.each([5, 20, 50, 100, 300, 500, 800, 1_000, 2_000, 5_000, 20_000])(
    'is later than any answer of a dependency with a median of %i ms that has become twice as slow',
    (p50) => {
      const { stallMs } = usualOf(p50);
      expect(stallMs).toBeGreaterThan(2 * 2.2 * p50);
      expect(stallMs).toBeGreaterThanOrEqual(1_000);
    },
  );

  it.each([5, 20, 50, 100])('is one second for a median of %i ms', (p50) => {
    expect(usualOf(p50).stallMs).toBe(1_000);
  });

  it.each([300, 500, 800, 1_000, 5_000, 20_000])(
    'is at most ten times the slow answers of a median of %i ms, so that a hang is still found',
    (p50) => {
      expect(usualOf(p50).stallMs).toBeLessThan(10 * 2.2 * p50);
    },
  );

  it('is one second as long as nothing is known, and follows the first answer', () => {
    const usual = new UsualLatency();
    expect(usual.stallMs).toBe(1_000);
    usual.add(4_000, 0);
    expect(usual.stallMs).toBeGreaterThan(8_000);
  });

  it('does not grow for a few very slow answers', () => {
    const usual = usualOf(20, 100);
    for (let i = 0; i < 8; i += 1) usual.add(60_000, 0);
    expect(usual.stallMs).toBe(1_000);
  });

  it('follows a dependency that has become slower or quicker for good', () => {
    const usual = usualOf(2_000, 10_000);
    expect(usual.stallMs).toBeGreaterThan(4_000);
    for (let i = 0; i < 30_000; i += 1) usual.add(20, 0);
    expect(usual.stallMs).toBe(1_000);
  });
});

describe('the answers of a slow dependency', () => {
  const answered = async ({ system, breaker }: Scene, ms: number) => {
    const done = defer<number>();
    const call = breaker.protect(() => done.promise);
    await system.pass(ms);
    done.resolve(1);
    await call;
    await system.pass(1_500);
  };

  it.each([400, 600, 900])(
    'of %i ms may take 1.24 s after an outage without counting as stalled',
    async (usualMs) => {
      const { system, recloser } = makeConnected([makeView('a')]);
      const breaker = recloser.breaker('a');
      for (let i = 0; i < 10; i += 1) await answered({ system, breaker }, usualMs);
      const before = breaker.stats();
      for (const ms of [1_000, 1_100, 1_240]) await answered({ system, breaker }, ms);
      expect(before).toMatchObject({ stalled: 0, failures: 0, ok: 10 });
      expect(breaker.stats()).toMatchObject({ stalled: 0, failures: 0, ok: 13 });
      expect(sentItems(system).reduce((sum, [, , counts]) => sum + (counts[1] ?? 0), 0)).toBe(0);
    },
  );

  it('of 5 ms are missed after a second, as ever', async () => {
    const { system, recloser } = makeConnected([makeView('a')]);
    const breaker = recloser.breaker('a');
    for (let i = 0; i < 10; i += 1) await answered({ system, breaker }, 5);
    void breaker.protect(() => new Promise(() => undefined));
    await system.pass(1_100);
    expect(breaker.stats()).toMatchObject({ stalled: 1, failures: 1 });
  });
});
