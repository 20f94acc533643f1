import { describe, expect, it } from 'vitest';
import { EMPTY_COUNTS } from '../model/counts.js';
import { decide } from '../recovery/decide.js';
import { withLagCounted } from './lag.js';
import type { BreakerRecord, Evidence, WindowEvidence } from '../model/model.js';
import { DEFAULT_POLICY } from '../policy/policy.js';
import { initialState } from '../recovery/state.js';

const lagging = (instances: number): WindowEvidence => ({
  lengthMs: 2_000,
  counts: { ...EMPTY_COUNTS, ok: 20, failures: 40, localLag: 300 },
  failingBuckets: 2,
  reporting: 6,
  failing: 2,
  heaviest: [
    { instanceId: 'a', service: 's', zone: null, calls: 2, failures: 1, localLag: 20 },
    { instanceId: 'b', service: 's', zone: null, calls: 3, failures: 1 },
  ],
  lag: { instances, reporting: 9, failing: 8, failingBuckets: 7 },
});
const evidence = (window: WindowEvidence): Evidence => ({
  windows: [window],
  buckets: Array.from({ length: 8 }, (_, i) => ({
    at: 8_000 + i * 250,
    ms: 250,
    calls: 7.5,
    failures: 2,
    slow: 0,
    localLag: 37.5,
  })),
  step: null,
  probe: null,
  acks: { connected: 9, applied: 9, behind: [] },
});
const record: BreakerRecord = {
  key: 'stripe',
  version: 1,
  state: initialState(0),
  control: { mode: 'auto' },
  policy: DEFAULT_POLICY,
};

describe('timeouts during stalls of the callers', () => {
  it('are left out while up to a third of the instances stall', () => {
    const three = evidence(lagging(3));
    expect(withLagCounted(three)).toEqual(three);
    expect(decide(record, three, 10_000, 0).transition).toBeNull();
  });

  it('all count once more than a third stall, on instances and in buckets, too', () => {
    const counted = withLagCounted(evidence(lagging(4))).windows[0];
    expect(counted).toMatchObject({
      counts: { ok: 20, failures: 340, timeouts: 300, localLag: 300 },
      reporting: 9,
      failing: 8,
      failingBuckets: 7,
      lagCounted: true,
    });
    expect(counted?.heaviest.map(({ calls, failures }) => [calls, failures])).toEqual([
      [22, 21],
      [3, 1],
    ]);
  });

  it('open the breaker then, and the evidence says so', () => {
    const { transition } = decide(record, evidence(lagging(4)), 10_000, 0);
    expect(transition?.state.kind).toBe('open');
    expect(transition?.evidence.window?.lagCounted).toBe(true);
    expect(transition?.evidence.summary).toContain(
      '4 of 9 instances stalled, more than a third: nothing is left out, ' +
        "and 300 timeouts during stalls of the callers' own event loops count as failures.",
    );
  });

  it('count in each bucket, too', () => {
    const { buckets } = withLagCounted(evidence(lagging(4)));
    expect(buckets?.[0]).toMatchObject({ calls: 45, failures: 39.5, localLag: 0 });
  });

  it('are counted once, however often it is asked', () => {
    const once = withLagCounted(evidence(lagging(4)));
    expect(withLagCounted(once)).toEqual(once);
  });
});
