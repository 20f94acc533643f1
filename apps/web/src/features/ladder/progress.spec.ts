import { describe, expect, it } from 'vitest';
import { breakerIn, CLOSED, OPEN, PROBING, ramping } from '../breaker/breaker.fixture';
import { progressOf, type Seen } from './progress';

const seen = (changes: Partial<Seen> = {}): Seen => ({
  now: 3_000,
  counts: { ok: 30, failures: 0 },
  applied: { applied: 20, connected: 20 },
  ...changes,
});

describe('progressOf', () => {
  it('counts a cool-down down and says what comes then', () => {
    const progress = progressOf(breakerIn(OPEN), seen());
    expect(progress.headline).toBe('Probe in 1.0 s');
    expect(progress.gauges).toMatchObject([{ share: 0.75, met: false }]);
    expect(progressOf(breakerIn(OPEN), seen({ now: 9_000 })).headline).toBe('Cool-down is over');
  });

  it('does not promise a probe to what a person holds open', () => {
    const held = breakerIn({ ...OPEN, coolDownEndsAt: null }, { mode: 'held', until: null });
    expect(progressOf(held, seen())).toMatchObject({ headline: 'Held open', gauges: [] });
  });

  it('waits for the quorum before the dwell', () => {
    const state = ramping({ dwellStartedAt: null });
    const progress = progressOf(
      breakerIn(state),
      seen({ applied: { applied: 17, connected: 20 } }),
    );
    expect(progress.headline).toBe('Step 2 of 4: waiting for the fleet to apply it');
    expect(progress.gauges[0]).toMatchObject({
      value: '17 of 20',
      note: '19 needed before the dwell starts',
      met: false,
    });
    expect(progress.gauges[1]?.value).toBe('not started');
  });

  it('dwells, then waits for evidence', () => {
    expect(progressOf(breakerIn(ramping()), seen()).headline).toBe('Step 2 of 4: dwelling');
    const little = seen({ now: 6_000, counts: { ok: 4, failures: 0 } });
    const progress = progressOf(breakerIn(ramping()), little);
    expect(progress.headline).toBe('Step 2 of 4: waiting for evidence');
    expect(progress.gauges[2]).toMatchObject({ value: '4 of 5 calls', share: 0.8 });
  });

  it('says how many calls came and how many were needed, once they are enough', () => {
    const evidenceOf = (ok: number) =>
      progressOf(breakerIn(ramping()), seen({ counts: { ok, failures: 0 } })).gauges[2];
    expect(evidenceOf(0)).toMatchObject({ value: '0 of 5 calls', met: false });
    expect(evidenceOf(5)).toMatchObject({ value: '5 calls, 5 needed', met: true });
    expect(evidenceOf(82)).toMatchObject({ value: '82 calls, 5 needed', share: 1 });
    expect(evidenceOf(12_400)).toMatchObject({ value: '12k calls, 5 needed' });
  });

  it('counts failures as calls that came', () => {
    const counts = { ok: 1, failures: 5 };
    const [, , evidence] = progressOf(breakerIn(ramping()), seen({ counts })).gauges;
    expect(evidence).toMatchObject({ value: '6 calls, 5 needed', met: false });
  });

  it('does not call a failing cohort evidence enough', () => {
    const failing = seen({ now: 6_000, counts: { ok: 15, failures: 15 } });
    const [, , evidence] = progressOf(breakerIn(ramping()), failing).gauges;
    expect(evidence).toMatchObject({ met: false, note: '50% failed, up to 10% passes' });
    expect(progressOf(breakerIn(ramping()), seen({ now: 6_000 })).headline).toBe(
      'Step 2 of 4: passing',
    );
  });

  it('says that a person holds it, and until when', () => {
    const paused = ramping({ paused: true, pausedUntil: 63_000 });
    expect(progressOf(breakerIn(paused), seen()).detail).toContain('for another 1 m');
    expect(progressOf(breakerIn(ramping({ paused: true })), seen()).detail).toContain(
      'until someone resumes it',
    );
  });

  it('has words for every other state', () => {
    expect(progressOf(breakerIn(CLOSED), seen()).detail).toContain('1 s of cool-down');
    expect(progressOf(breakerIn(PROBING), seen()).headline).toBe('Probing, round 1');
    expect(progressOf(breakerIn({ kind: 'dimmed', since: 0, admission: 5 }), seen()).headline).toBe(
      'Dimmed by hand',
    );
  });
});
