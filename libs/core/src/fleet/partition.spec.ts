import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../policy/policy.js';
import { policyOfPartition } from './partition.js';

const [first, second, third, last] = DEFAULT_POLICY.recovery.ladder;

describe('the policy of a part', () => {
  it.each([
    // instances, ladder, probes
    [1, [last], 1],
    [2, [third, last], 2],
    [3, [third, last], 3],
    [4, [second, third, last], 3],
    [7, [second, third, last], 3],
    [8, [first, second, third, last], 3],
    [0, [first, second, third, last], 3],
  ])('of %i instances has no step below half of one', (instances, ladder, probes) => {
    const zone = { scope: { kind: 'zone', value: 'eu-1a' }, instances } as const;
    const { recovery } = policyOfPartition(DEFAULT_POLICY, zone);
    expect(recovery).toMatchObject({ ladder, probes, dwellPerOutage: 0.4 });
  });

  it('that is one instance holds its one step for no longer than it must', () => {
    const node = { scope: { kind: 'instance', value: 'pod-1' }, instances: 0 } as const;
    const { recovery } = policyOfPartition(DEFAULT_POLICY, node);
    expect(recovery).toMatchObject({ ladder: [last], probes: 1, dwellPerOutage: 0 });
  });
});
