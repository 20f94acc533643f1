'use client';

import type { Policy } from '@recloser/core';
import { policySchema } from '@recloser/protocol';
import { HistoryDialog, type HistoryProps } from '@/features/history/components/history-dialog';
import { policyChanges } from '../policy-draft';
import { groupOf } from '../policy-fields';

const changesOf = (before: Policy, after: Policy) => policyChanges(before, after, groupOf);

export function PolicyHistory(props: HistoryProps<Policy>) {
  return (
    <HistoryDialog
      {...props}
      member="policy"
      schema={policySchema}
      current={props.breaker.policy}
      changesOf={changesOf}
    />
  );
}
