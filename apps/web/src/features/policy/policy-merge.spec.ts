import { DEFAULT_POLICY, mergePolicy } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import type { Side } from '../drafts/three-way';
import { policyOf } from './policy-draft';
import { pageDraftOf, policyMerging, type PolicyPageDraft } from './policy-merge';

type Changes = Parameters<typeof mergePolicy>[1];
const page = (changes: Changes = {}, group: string | null = null): PolicyPageDraft =>
  pageDraftOf({ policy: mergePolicy(DEFAULT_POLICY, changes), group });
const typed = (draft: PolicyPageDraft, path: string, text: string): PolicyPageDraft => ({
  ...draft,
  policy: { ...draft.policy, numbers: { ...draft.policy.numbers, [path]: text } },
});
const none = new Map<string, Side>();

describe('policyMerging', () => {
  it('merges fields that different people have changed, each told in its own unit', () => {
    const versions = {
      base: page(),
      theirs: page({ minCalls: 40, recovery: { onStepFailure: 'open' } }, 'checkout'),
      mine: typed(page({ trip: { toleratedRate: 0.6 } }), 'minCalls', '25'),
    };
    const told = policyMerging.compare(versions);
    expect(told.map(({ id, changedBy }) => [id, changedBy])).toEqual([
      ['trip.toleratedRate', 'mine'],
      ['minCalls', 'conflict'],
      ['onStepFailure', 'theirs'],
      ['group', 'theirs'],
    ]);
    expect(told[1]).toMatchObject({ theirs: '40 calls', mine: '25 calls' });
    const merged = policyMerging.merge(versions, none);
    expect(policyOf(merged.policy)).toEqual(
      mergePolicy(DEFAULT_POLICY, {
        minCalls: 25,
        trip: { toleratedRate: 0.6 },
        recovery: { onStepFailure: 'open' },
      }),
    );
    expect(merged.group).toBe('checkout');
    const chosen = policyMerging.merge(versions, new Map([['minCalls', 'theirs']]));
    expect(chosen.policy.numbers.minCalls).toBe('40');
  });

  it('keeps text that is no number yet, and takes two ways to write one number as the same', () => {
    const half = typed(page(), 'quorum', 'hal');
    const versions = { base: page(), theirs: page({ minCalls: 40 }), mine: half };
    expect(policyMerging.compare(versions)[1]).toMatchObject({ id: 'quorum', mine: '“hal”' });
    expect(policyMerging.merge(versions, none).policy.numbers.quorum).toBe('hal');
    const spelled = typed(page({ minCalls: 40 }), 'minCalls', ' 40.0');
    expect(policyMerging.compare({ base: page(), theirs: page(), mine: spelled })).toMatchObject([
      { mine: '40 calls', changedBy: 'mine' },
    ]);
    expect(
      policyMerging.compare({ ...versions, mine: typed(page(), 'minCalls', '40,0') }),
    ).toMatchObject([{ changedBy: 'both' }]);
  });

  it('merges locks one by one, and checks, ladders and cohorts as wholes', () => {
    const check = { kind: 'tcp' as const, host: 'db', port: 5432, timeoutMs: 500 };
    const merged = policyMerging.merge(
      {
        base: page({ call: { timeoutMs: 900, locked: ['timeoutMs'] } }),
        theirs: page({
          call: { timeoutMs: 900, locked: ['timeoutMs', 'slowMs'] },
          recovery: { probe: check },
        }),
        mine: page({ call: { timeoutMs: 900, locked: [] }, recovery: { ladder: [2 ** 30] } }),
      },
      none,
    );
    expect(policyOf(merged.policy)).toMatchObject({
      call: { locked: ['slowMs'] },
      recovery: { probe: check, ladder: [2 ** 30] },
    });
  });
});
