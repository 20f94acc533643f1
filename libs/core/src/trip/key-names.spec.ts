import { describe, expect, it } from 'vitest';
import { EMPTY_COUNTS } from '../model/counts.js';
import type { TransitionEvidence, WindowEvidence } from '../model/model.js';
import { keyIdsOf, withKeyNames } from './key-names.js';

const NAMES = new Map([
  ['k1', 'checkout'],
  ['k2', 'batch'],
]);
const window = (more: Partial<WindowEvidence>): WindowEvidence => ({
  lengthMs: 2_000,
  counts: EMPTY_COUNTS,
  failingBuckets: 0,
  reporting: 14,
  failing: 6,
  heaviest: [],
  ...more,
});
const evidence = (
  cause: TransitionEvidence['cause'],
  more: Partial<WindowEvidence>,
): TransitionEvidence => ({
  cause,
  summary: 'Why.',
  window: window(more),
  probe: null,
  acks: null,
});

describe('evidence of several SDK keys', () => {
  it('names those whose instances failed, and how many did', () => {
    const keys = [
      { keyId: 'k1', reporting: 5, failing: 5 },
      { keyId: '0190a0de-0000', reporting: 8, failing: 1 },
      { keyId: 'k2', reporting: 1, failing: 0 },
    ];
    const named = withKeyNames(evidence('excess_failures', { keys }), NAMES);
    expect(named.summary).toBe(
      'Why. Failing by SDK key: checkout 5 of 5 instances and 0190a0de 1 of 8 instances.',
    );
    expect(named.window?.keys?.[0]).toEqual({ ...keys[0], name: 'checkout' });
    expect(keyIdsOf(named.window)).toEqual(['k1', '0190a0de-0000', 'k2']);
  });

  it('names those whose instances had opened by themselves', () => {
    const local = {
      keys: [
        { keyId: 'k2', reporting: 3, opened: 3, openedAt: [1, 2, 3] },
        { keyId: 'k1', reporting: 4, opened: 0, openedAt: [] },
      ],
      well: 0,
      calls: 9,
      failures: 9,
      failedAt: 3,
      heardAt: 4,
    };
    expect(withKeyNames(evidence('local_openings', { local }), NAMES).summary).toBe(
      'Why. Opened by SDK key: batch 3 of 3 instances.',
    );
  });

  it('stays as it was where one key alone reported, or there is no window', () => {
    const alone = evidence('excess_failures', {});
    expect(withKeyNames(alone, NAMES)).toEqual(alone);
    expect(withKeyNames({ ...alone, window: null }, NAMES)).toEqual({ ...alone, window: null });
  });
});
