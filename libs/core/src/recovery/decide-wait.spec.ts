import { describe, expect, it } from 'vitest';
import { ADMISSION_SIXTEENTH } from '../model/admission.js';
import { EMPTY_COUNTS } from '../model/counts.js';
import type { BreakerRecord, Counts, Evidence, Millis, WaitEvidence } from '../model/model.js';
import { DEFAULT_POLICY } from '../policy/policy.js';
import { decide } from './decide.js';
import { initialState } from './state.js';

const windowOf = (counts: Partial<Counts>) => ({
  lengthMs: 2_000,
  counts: { ...EMPTY_COUNTS, ...counts },
  failingBuckets: 0,
  reporting: 20,
  failing: 0,
  heaviest: [],
});
const evidenceOf = (load: Partial<Counts>, wait?: WaitEvidence): Evidence => ({
  windows: [{ ...windowOf({}), ...(wait !== undefined && { wait }) }],
  buckets: null,
  step: null,
  probe: null,
  acks: null,
  load: windowOf(load),
});
const closed: BreakerRecord = {
  key: 'search',
  version: 1,
  state: initialState(0),
  control: { mode: 'auto' },
  policy: { ...DEFAULT_POLICY, adaptive: { k: 1.5 } },
};
const waitOf = (until: Millis, instances = 11): WaitEvidence => ({
  reporting: 20,
  until: [[until, instances]],
});
const HALF = { ok: 200, throttled: 200 };
const GOOD = { ok: 100 };

/** The record after a decision on this evidence. */
function after(record: BreakerRecord, evidence: Evidence, now: Millis): BreakerRecord {
  const { transition } = decide(record, evidence, now, 0);
  return transition === null ? record : { ...record, state: transition.state };
}

describe('admission while the dependency asks to wait', () => {
  it('goes to a sixteenth at once, and says in one sentence who was asked and for how long', () => {
    const { transition } = decide(closed, evidenceOf(HALF, waitOf(35_000)), 5_000, 0);
    expect(transition).toMatchObject({
      state: { kind: 'dimmed', admission: ADMISSION_SIXTEENTH },
      versionChanged: false,
    });
    expect(transition?.evidence.summary).toBe(
      '200 of 400 calls accepted (50.0%) in up to 2 s; 200 got a 429. ' +
        'The dependency asked 11 of 20 instances to wait for 30 s (Retry-After). Admission 100% → 6.25%.',
    );
  });

  it('does not rise before that time, whatever is accepted, and goes back in one step after it', () => {
    const dimmed = after(closed, evidenceOf(HALF, waitOf(35_000)), 5_000);
    for (let now = 6_000; now < 35_000; now += 250) {
      expect(decide(dimmed, evidenceOf(GOOD), now, 0).transition).toBeNull();
    }
    const { transition } = decide(dimmed, evidenceOf(GOOD), 35_000, 0);
    expect(transition?.state).toMatchObject({ kind: 'dimmed', admission: 48 * 2 ** 26 });
    expect(transition?.evidence.summary).toBe(
      'The time that the dependency asked to wait is over. Admission 6.25% → 75%.',
    );
    expect(transition?.state).not.toHaveProperty('load.wait');
  });

  it('waits on while instances are asked again, and does not go back while calls are refused', () => {
    const dimmed = after(closed, evidenceOf(HALF, waitOf(35_000)), 5_000);
    expect(decide(dimmed, evidenceOf(GOOD, waitOf(60_000)), 50_000, 0).transition).toBeNull();
    expect(decide(dimmed, evidenceOf({ throttled: 100 }), 50_000, 0).transition).toBeNull();
  });

  it('does not listen to fewer than a quorum, nor to one instance that lies', () => {
    for (const wait of [waitOf(35_000, 9), waitOf(3_000_000, 1)]) {
      const { transition } = decide(closed, evidenceOf(HALF, wait), 5_000, 0);
      expect(transition?.state).toMatchObject({ admission: 48 * 2 ** 26 });
    }
  });

  it('is no reason to dim a breaker whose calls are accepted: one account may have its own limit', () => {
    const few = evidenceOf({ ok: 390, throttled: 10 }, waitOf(35_000, 20));
    expect(decide(closed, few, 5_000, 0).transition).toBeNull();
  });

  it('ends after an hour at most when the clock was set back', () => {
    const dimmed = after(closed, evidenceOf(HALF, waitOf(9_000_000)), 8_000_000);
    expect(decide(dimmed, evidenceOf(GOOD), 1_000, 0).transition?.state).toMatchObject({
      admission: 48 * 2 ** 26,
    });
  });

  it('changes at most once a second and never below a sixteenth through a minute of refusals', () => {
    let record = closed;
    let changedAt = Number.NEGATIVE_INFINITY;
    for (let now = 0; now < 90_000; now += 250) {
      const refuses = now < 60_000;
      const wait = refuses ? waitOf(now + 10_000) : undefined;
      const next = after(record, evidenceOf(refuses ? HALF : GOOD, wait), now);
      if (next === record) continue;
      expect(now - changedAt).toBeGreaterThanOrEqual(1_000);
      if (next.state.kind === 'dimmed') {
        expect(next.state.admission).toBeGreaterThanOrEqual(ADMISSION_SIXTEENTH);
      }
      changedAt = now;
      record = next;
    }
    expect(record.state.kind).toBe('closed');
  });
});
