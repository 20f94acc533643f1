import { DEFAULT_POLICY, mergePolicy, type Rule } from '@recloser/core';
import { type AuditEntry, policySchema, rulesSchema } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { versionsOf } from './versions';

const FEWER = mergePolicy(DEFAULT_POLICY, { minCalls: 10 });
const MORE = mergePolicy(DEFAULT_POLICY, { minCalls: 50 });

function edit(revision: number, before: object, after: object): AuditEntry {
  return {
    id: `edit-${revision}`,
    chain: 'e',
    chainSeq: revision,
    environmentId: 'e',
    breaker: 'stripe',
    at: revision * 1_000,
    actor: { kind: 'user', id: 'u1', name: 'Ada' },
    action: 'breaker.edit',
    reason: 'agreed',
    seq: revision,
    before: { revision: revision - 1, ...before },
    after: { revision, ...after },
    evidence: null,
    outageId: null,
    outageStartedAt: null,
    hash: '',
    prevHash: '',
  };
}

const EDITS = [
  edit(4, { policy: FEWER }, { policy: MORE }),
  edit(3, { owner: '' }, { owner: 'payments' }),
  edit(2, { policy: DEFAULT_POLICY, rules: [] }, { policy: FEWER, rules: [] }),
];

const sentence = (entries: readonly AuditEntry[], complete = true) =>
  versionsOf(entries, 'policy', policySchema, complete).map(({ revision, value, entry }) => [
    revision,
    value.minCalls,
    entry?.id ?? null,
  ]);

describe('versionsOf', () => {
  it('lists what edits of the policy left behind, and what the first of them found', () => {
    expect(sentence(EDITS)).toEqual([
      [4, 50, 'edit-4'],
      [2, 10, 'edit-2'],
      [1, DEFAULT_POLICY.minCalls, null],
    ]);
    expect(versionsOf(EDITS, 'policy', policySchema, true)[0]?.before).toEqual(FEWER);
  });

  it('says nothing of how it began while there are older edits', () => {
    expect(sentence(EDITS, false)).toHaveLength(2);
    expect(sentence([])).toEqual([]);
  });

  it('lists what no edit has made, as of a breaker that came back from the archive', () => {
    const revived = edit(7, { policy: DEFAULT_POLICY }, { policy: FEWER });
    expect(sentence([revived, ...EDITS]).map(([revision]) => revision)).toEqual([7, 6, 4, 2, 1]);
  });

  it('reads policies that were saved before there were all of today’s settings', () => {
    const { consecutive: _, ...earlier } = MORE;
    const [version] = versionsOf(
      [edit(2, { policy: earlier }, { policy: { ...earlier, minCalls: 5 } })],
      'policy',
      policySchema,
      true,
    );
    expect(version?.value).toEqual({ ...MORE, minCalls: 5, consecutive: null });
  });

  it('leaves out what it cannot read, and edits of something else', () => {
    const odd = edit(5, { policy: MORE }, { policy: { fast: 'often' } });
    expect(sentence([odd, ...EDITS])).toHaveLength(3);
    const rule: Rule = { id: 'staff', when: 'always', clauses: [], effect: { kind: 'admit' } };
    const rules = [edit(6, { rules: [] }, { rules: [rule] }), ...EDITS.slice(0, 2)];
    expect(versionsOf(rules, 'rules', rulesSchema, true).map(({ value }) => value)).toEqual([
      [rule],
      [],
    ]);
  });
});
