import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LocalBreaker } from './local-breaker.js';

describe('LocalBreaker', () => {
  const closed = { state: 'closed', admission: 2 ** 32 } as const;

  it('keeps probes to one call in as many as there are instances, and one a second', () => {
    const breaker = new LocalBreaker({ state: 'open', admission: 0 }, 100, null, 0, 0);
    expect(breaker.advance(999)).toBe(false);
    expect(breaker.advance(1_000)).toBe(true);
    expect(breaker.claimProbe(3_000, 0.011)).toBe(false);
    expect(breaker.claimProbe(3_000, 0.009)).toBe(true);
    expect(breaker.claimProbe(3_000, 0)).toBe(false);
    breaker.probed(true, 3_100, 0);
    expect(breaker.claimProbe(4_000, 0)).toBe(false);
    expect(breaker.claimProbe(4_100, 0)).toBe(true);
  });

  it('waits twice as long after each relapse, up to half a minute', () => {
    const breaker = new LocalBreaker({ state: 'open', admission: 0 }, 4, null, 0, 0);
    let now = 0;
    const waits: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      waits.push(breaker.retryAfterMs(now)!);
      now += breaker.retryAfterMs(now)!;
      breaker.advance(now);
      breaker.claimProbe(now, 0);
      breaker.probed(false, now, 0);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30, 30].map((s) => s * 1_000));
  });

  it('does not trip on a burst within one moment', () => {
    const breaker = new LocalBreaker(closed, 4, null, 0, 0);
    for (let i = 0; i < 500; i += 1) breaker.record(true, 100, 0);
    expect(breaker.kind).toBe('closed');
  });

  it.each([
    [1, 1_700],
    [0.7, 3_500],
    [0.5, 9_000],
    [0.45, 16_000],
  ])('opens by the rule of the fleet when a share of %d fails: within %i ms', (share, withinMs) => {
    const breaker = new LocalBreaker(closed, 4, null, 0, 0);
    let failed = 0;
    for (let call = 0; breaker.kind === 'closed' && call * 5 <= withinMs; call += 1) {
      const fails = Math.floor((call + 1) * share) > failed;
      if (fails) failed += 1;
      breaker.record(fails, 10_000 + call * 5, 0);
    }
    expect(breaker.kind).toBe('open');
  });

  it('stays closed at a tolerated rate, and for a failure of a second', () => {
    const breaker = new LocalBreaker(closed, 4, null, 0, 0);
    for (let at = 0; at < 60_000; at += 10) breaker.record(at % 100 < 30, at, 0);
    for (let at = 60_000; at < 61_000; at += 10) breaker.record(true, at, 0);
    for (let at = 61_000; at < 63_000; at += 10) breaker.record(false, at, 0);
    expect(breaker.kind).toBe('closed');
  });

  it('does not remember what lies before an idle hour', () => {
    const breaker = new LocalBreaker(closed, 4, null, 0, 0);
    for (let at = 0; at < 2_000; at += 10) breaker.record(false, at, 0);
    for (let at = 3_600_000; at < 3_602_000; at += 100) breaker.record(true, at, 0);
    expect(breaker.kind).toBe('open');
  });

  it('never skips a step nor leaves 0…2³², whatever happens', () => {
    const event = fc.record({
      kind: fc.constantFrom('ok', 'fail', 'advance', 'probe ok', 'probe failed'),
      ms: fc.nat(4_000),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 300 }), (events) => {
        const breaker = new LocalBreaker({ state: 'open', admission: 0 }, 4, null, 0, 0);
        const ladder = [0, 2 ** 28, 2 ** 29, 2 ** 30, 2 ** 31, 2 ** 32];
        let now = 0;
        for (const { kind, ms } of events) {
          const before = ladder.indexOf(breaker.admission);
          now += ms;
          if (kind === 'advance') breaker.advance(now);
          else if (kind === 'ok' || kind === 'fail') breaker.record(kind === 'fail', now, 0);
          else if (breaker.claimProbe(now, 0)) breaker.probed(kind === 'probe ok', now, 0);
          const after = ladder.indexOf(breaker.admission);
          expect(after === before || after === before + 1 || after === 0).toBe(true);
        }
      }),
    );
  });
});
