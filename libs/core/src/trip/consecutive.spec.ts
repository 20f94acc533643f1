import { describe, expect, it } from 'vitest';
import { judgeRun } from './consecutive.js';
import { EMPTY_COUNTS } from '../model/counts.js';
import { decide } from '../recovery/decide.js';
import type { BreakerRecord, Evidence, InstanceCounts, WindowEvidence } from '../model/model.js';
import { DEFAULT_POLICY, mergePolicy } from '../policy/policy.js';
import { initialState } from '../recovery/state.js';

const now = 1_000_000;
const consecutive = { failures: 5, instances: 2, withinMs: 60_000 };
const policy = mergePolicy(DEFAULT_POLICY, { consecutive });

const node = (instanceId: string, lastFailureAt?: number): InstanceCounts => ({
  instanceId,
  service: 'reports',
  zone: null,
  calls: 3,
  failures: lastFailureAt === undefined ? 0 : 3,
  ...(lastFailureAt !== undefined && { lastFailureAt }),
});

function window(failures: number, more: Partial<WindowEvidence> = {}): WindowEvidence {
  return {
    lengthMs: 60_000,
    counts: { ...EMPTY_COUNTS, ok: 3, failures },
    failingBuckets: failures,
    reporting: 2,
    failing: 1,
    heaviest: [node('a', now - 20_000), node('b', now - 1_000), node('c')],
    run: { failures, startedAt: now - 40_000 },
    ...more,
  };
}

describe('a run of failures', () => {
  it.each<[string, WindowEvidence, number, boolean]>([
    ['long enough, on two instances', window(5), 10, true],
    ['one short', window(4), 10, false],
    ['unknown', window(5, { run: { failures: 0, startedAt: null } }), 10, false],
    ['on one instance', window(5, { heaviest: [node('a', now - 1_000), node('c')] }), 10, false],
    [
      'whose second instance failed before it began',
      window(5, { heaviest: [node('a', now - 1_000), node('b', now - 50_000)] }),
      10,
      false,
    ],
    [
      'on the only instance there is',
      window(5, { reporting: 1, heaviest: [node('a', now - 1_000)] }),
      1,
      true,
    ],
    [
      'on one instance of nobody knows how many',
      window(5, { reporting: 1, heaviest: [node('a', now - 1_000)] }),
      0,
      false,
    ],
  ])('%s', (_name, evidence, connected, trips) => {
    expect(judgeRun(consecutive, evidence, connected).trips).toBe(trips);
  });

  const record: BreakerRecord = {
    key: 'reports',
    version: 1,
    state: initialState(0),
    control: { mode: 'auto' },
    policy,
  };
  const evidence: Evidence = {
    windows: [],
    buckets: null,
    step: null,
    probe: null,
    acks: { connected: 10, applied: 10, behind: [] },
    consecutive: window(5),
  };

  it('opens a breaker whose calls are too rare for a rate, and says so', () => {
    const { transition } = decide(record, evidence, now, 0);
    expect(transition).toMatchObject({
      state: { kind: 'open', outageStartedAt: now - 40_000, rateBefore: 0 },
      evidence: {
        cause: 'consecutive',
        summary:
          '5 calls failed in a row (5 needed) within 1 min, on 2 instances (2 needed). Cool-down 1 s.',
      },
    });
  });

  it('is off by default, whatever is known of it', () => {
    expect(decide({ ...record, policy: DEFAULT_POLICY }, evidence, now, 0).transition).toBeNull();
  });
});
