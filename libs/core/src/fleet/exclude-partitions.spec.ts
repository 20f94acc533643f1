import { describe, expect, it } from 'vitest';
import { EMPTY_COUNTS } from '../model/counts.js';
import type { InstanceCounts, WindowEvidence } from '../model/model.js';
import { withLagCounted } from '../trip/lag.js';
import { NO_EVIDENCE } from './decide-breaker.js';
import { DEFAULT_POLICY } from '../policy/policy.js';
import { excludePartitions } from './exclude-partitions.js';

const { trip } = DEFAULT_POLICY;

const instance = (instanceId: string, localLag: number, failures = 0): InstanceCounts => ({
  instanceId,
  service: 'checkout',
  zone: 'a',
  calls: 10,
  failures,
  ...(localLag > 0 && { localLag }),
});

/** Six instances that make ten calls each; three of them lag. */
const window: WindowEvidence = {
  lengthMs: 2_000,
  counts: { ...EMPTY_COUNTS, ok: 50, failures: 10, localLag: 12 },
  failingBuckets: 4,
  reporting: 6,
  failing: 1,
  heaviest: [instance('bad', 8, 10), instance('b', 2), instance('c', 2), instance('d', 0)],
  lag: { instances: 3, reporting: 6, failing: 2, failingBuckets: 5 },
};
const bad = { scope: { kind: 'instance', value: 'bad' } } as const;

describe('a window without a part', () => {
  it('has neither its calls nor its stalls', () => {
    expect(excludePartitions(window, [bad], trip)).toMatchObject({
      counts: { ok: 50, failures: 0, localLag: 4 },
      reporting: 5,
      failing: 0,
      lag: { instances: 2, reporting: 5, failing: 1 },
    });
  });

  it('does not count the stalls of the others because of those of the part', () => {
    const counted = (seen: WindowEvidence) =>
      withLagCounted({ ...NO_EVIDENCE, windows: [seen] }).windows[0]?.lagCounted ?? false;
    expect(counted(window)).toBe(true);
    const others = {
      ...window,
      lag: { instances: 2, reporting: 6, failing: 2, failingBuckets: 5 },
    };
    expect(counted(excludePartitions(others, [bad], trip))).toBe(false);
  });

  it('is as it was where the part is not in it', () => {
    expect(excludePartitions(window, [{ scope: { kind: 'zone', value: 'b' } }], trip)).toBe(window);
  });
});
