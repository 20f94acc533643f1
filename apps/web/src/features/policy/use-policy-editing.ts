'use client';

import type { Policy } from '@recloser/core';
import type { BreakerDetail } from '@recloser/protocol';
import { useMemo } from 'react';
import type { Change } from '../breaker/components/changes';
import { useBreakerOfPage } from '../breaker/components/breaker-context';
import { type Saved, useDraft } from '../drafts/use-draft';
import { draftOf, policyChanges, type PolicyDraft, policyOf, problemsOf } from './policy-draft';
import { groupOf } from './policy-fields';
import { pageDraftOf, policyMerging, type PolicyPageDraft } from './policy-merge';

function savedIn(breaker: BreakerDetail): Saved<PolicyPageDraft> {
  return { revision: breaker.revision, value: pageDraftOf(breaker) };
}

/** The change of group in words, if any. */
function groupChange(before: string, after: string): Change[] {
  const now = after.trim();
  return now === before
    ? []
    : [{ label: 'Recovery group', before: before || 'none', after: now || 'none' }];
}

/** What the policy page edits. */
export function usePolicyEditing() {
  const breaker = useBreakerOfPage();
  const saved = useMemo(() => savedIn(breaker), [breaker]);
  const { draft, setValue, restart, revertTo, ...others } = useDraft({
    saved,
    merging: policyMerging,
  });
  const { base, value } = draft;
  const policy = useMemo(() => policyOf(value.policy), [value.policy]);
  const problems = useMemo(() => problemsOf(policy), [policy]);
  const changes = useMemo(
    () => [
      ...policyChanges(policyOf(base.policy), policy, groupOf),
      ...groupChange(base.group, value.group),
    ],
    [base, policy, value.group],
  );
  return {
    ...others,
    breaker,
    draft,
    policy,
    problems,
    changes,
    change: (part: Partial<PolicyDraft>) => {
      setValue((before) => ({ ...before, policy: { ...before.policy, ...part } }));
    },
    setGroup: (group: string) => {
      setValue((before) => ({ ...before, group }));
    },
    restart: (now?: BreakerDetail) => {
      restart(now === undefined ? undefined : savedIn(now));
    },
    revert: (to: Policy, note: string) => {
      revertTo({ ...saved.value, policy: draftOf(to) }, note);
    },
  };
}

export type PolicyEditing = ReturnType<typeof usePolicyEditing>;
