import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latencyBinOf } from '../model/latency.js';
import { DEFAULT_POLICY } from '../policy/policy.js';
import type { CallPolicy } from '../model/call-policy.js';
import { HOUR_MS, healthyHours } from './healthy-hours.js';
import { LEARN_EVERY_MS, learnTimeout } from './learn-timeout.js';
import { samplesNeeded, suggestTimeout, type HealthyLatencies } from './timeout-suggestion.js';

const healthy = (
  latencies: readonly (readonly [ms: number, samples: number])[],
  change: Partial<HealthyLatencies> = {},
): HealthyLatencies => ({
  bins: latencies.flatMap(([ms, samples]) => [latencyBinOf(ms), samples]),
  hours: 100,
  calls: 1_000_000,
  timeouts: 0,
  ...change,
});
const FAST = healthy([
  [10, 99_000],
  [80, 950],
  [900, 50],
]);

describe('suggestTimeout', () => {
  it('is the percentile, at most a bin above the true one', () => {
    const { timeoutMs } = suggestTimeout(FAST, 0.001)!;
    expect(timeoutMs).toBeGreaterThanOrEqual(80);
    expect(timeoutMs).toBeLessThanOrEqual(Math.ceil(80 * 1.091));
    expect(suggestTimeout(FAST, 0.0002)!.timeoutMs).toBeGreaterThan(900);
    expect(suggestTimeout(FAST, 0.05)!.timeoutMs).toBeLessThanOrEqual(11);
  });

  it('needs ten samples beyond it', () => {
    expect(samplesNeeded(0.001)).toBe(10_000);
    expect(suggestTimeout(healthy([[10, 9_999]]), 0.001)).toBeNull();
    expect(suggestTimeout(healthy([[10, 10_000]]), 0.001)).toMatchObject({ samples: 10_000 });
    expect(suggestTimeout(healthy([]), 0.05)).toBeNull();
    expect(suggestTimeout(FAST, 0)).toBeNull();
  });

  it('adds up bins that many processes have told apart', () => {
    const twice = { ...FAST, bins: [...FAST.bins, ...FAST.bins] };
    expect(suggestTimeout(twice, 0.001)).toMatchObject({
      ...suggestTimeout(FAST, 0.001),
      samples: 200_000,
    });
  });

  it('says when the timeout of then has cut off more', () => {
    expect(suggestTimeout({ ...FAST, timeouts: 1_001 }, 0.001)?.cutOff).toBe(true);
    expect(suggestTimeout({ ...FAST, timeouts: 1_000 }, 0.001)?.cutOff).toBe(false);
  });
});

describe('learnTimeout', () => {
  const call = (change: Partial<CallPolicy>): CallPolicy => ({
    ...DEFAULT_POLICY.call,
    autoFalseRate: 0.001,
    autoMinMs: 50,
    autoMaxMs: 2_000,
    ...change,
  });
  const NOW = 1_000 * LEARN_EVERY_MS;

  it('goes towards the percentile by at most a fifth an hour, and then rests', () => {
    let timeoutMs: number | null = null;
    const seen: number[] = [];
    for (let hour = 0; hour < 40; hour += 1) {
      const now = NOW + hour * LEARN_EVERY_MS;
      const learned = learnTimeout(call({ timeoutMs }), FAST, now - LEARN_EVERY_MS, now);
      if (learned === null) break;
      timeoutMs = learned.timeoutMs;
      seen.push(timeoutMs);
    }
    expect(seen.slice(0, 3)).toEqual([2_000, 1_600, 1_280]);
    expect(timeoutMs).toBe(suggestTimeout(FAST, 0.001)!.timeoutMs);
  });

  it('says why, with its figures', () => {
    expect(learnTimeout(call({ timeoutMs: 1_000 }), FAST, null, NOW)).toEqual({
      timeoutMs: 800,
      summary:
        'Timeout 1 s → 800 ms: in 100 healthy hours P99.9 of 100,000 sampled calls is 85 ms.',
    });
    expect(learnTimeout(call({ timeoutMs: 100 }), { ...FAST, timeouts: 5_000 }, null, NOW)).toEqual(
      {
        timeoutMs: 120,
        summary:
          'Timeout 100 ms → 120 ms: in 100 healthy hours more than 0.1% of 1,000,000 calls met the timeout.',
      },
    );
  });

  it.each([
    ['it is off', call({ autoFalseRate: null, timeoutMs: 1_000 }), FAST, null],
    ['it was learned less than an hour ago', call({ timeoutMs: 1_000 }), FAST, NOW - 3_599_999],
    ['too little is known', call({ timeoutMs: 1_000 }), healthy([[10, 50]]), null],
    ['it is as good as right', call({ timeoutMs: 88 }), FAST, null],
    ['it is at its bound', call({ timeoutMs: 50, autoMaxMs: 50 }), FAST, null],
  ])('changes nothing when %s', (_, given, latencies, lastAt) => {
    expect(learnTimeout(given, latencies, lastAt, NOW)).toBeNull();
  });

  it('keeps its bounds, changes by a fifth at most, and never stalls after its timeout', () => {
    const bounds = fc.tuple(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 0, max: 5_000 }));
    const latency = fc.double({ min: 0.01, max: 100_000, noNaN: true });
    const timeouts = fc.nat(100_000);
    fc.assert(
      fc.property(
        bounds,
        fc.integer({ min: 1, max: 20_000 }),
        latency,
        timeouts,
        ([autoMinMs, more], present, ms, cut) => {
          const autoMaxMs = autoMinMs + more;
          const given = call({ timeoutMs: present, autoMinMs, autoMaxMs, stallMs: 1 });
          const latencies = healthy([[ms, 20_000]], { timeouts: cut });
          const learned = learnTimeout(given, latencies, null, NOW);
          if (learned === null) return;
          const { timeoutMs } = learned;
          expect(Number.isInteger(timeoutMs)).toBe(true);
          expect(Math.abs(timeoutMs - present)).toBeLessThanOrEqual(present * 0.2);
          if (present >= autoMinMs && present <= autoMaxMs) {
            expect(timeoutMs).toBeGreaterThanOrEqual(autoMinMs);
            expect(timeoutMs).toBeLessThanOrEqual(autoMaxMs);
          } else {
            const distance = (at: number) => Math.max(autoMinMs - at, at - autoMaxMs, 0);
            expect(distance(timeoutMs)).toBeLessThanOrEqual(distance(present));
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('healthyHours', () => {
  const hour = (index: number, change: object = {}) => ({
    at: index * HOUR_MS,
    ok: 1_000,
    failures: 0,
    ...change,
  });
  const of = (...args: Parameters<typeof healthyHours>) =>
    [...healthyHours(...args)].map((at) => at / HOUR_MS);

  it('are those with calls of which at most 1% failed', () => {
    const hours = [
      hour(1),
      hour(2, { ok: 990, failures: 10 }),
      hour(3, { ok: 989, failures: 11 }),
      hour(4, { ok: 0 }),
    ];
    expect(of(hours, [], 'closed', true)).toEqual([1, 2]);
  });

  it('are closed throughout, from the first minute to the last', () => {
    const at = (index: number, minutes: number) => index * HOUR_MS + minutes * 60_000;
    const changes = [
      { at: at(3, 10), state: 'open' },
      { at: at(3, 11), state: 'ramping' },
      { at: at(4, 1), state: 'closed' },
      { at: at(6, 30), state: 'dimmed' },
      { at: at(8, 0), state: 'closed' },
    ] as const;
    const hours = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((index) => hour(index));
    expect(of(hours, changes, 'closed', true)).toEqual([1, 2, 5, 9]);
  });

  it('are none where it is not known that it was closed', () => {
    expect(of([hour(1)], [], 'open', true)).toEqual([]);
    expect(of([hour(1)], [], 'closed', false)).toEqual([]);
    const closing = [{ at: 5 * HOUR_MS, state: 'closed' as const }];
    expect(of([hour(1), hour(6)], closing, 'closed', true)).toEqual([6]);
  });
});
