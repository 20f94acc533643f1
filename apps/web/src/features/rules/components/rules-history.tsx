'use client';

import type { Rule } from '@recloser/core';
import { rulesSchema } from '@recloser/protocol';
import type { ZodType } from 'zod';
import { HistoryDialog, type HistoryProps } from '@/features/history/components/history-dialog';
import { ruleChanges } from '../rule-text';

const schema: ZodType<readonly Rule[]> = rulesSchema;

export function RulesHistory(props: HistoryProps<readonly Rule[]>) {
  return (
    <HistoryDialog
      {...props}
      member="rules"
      schema={schema}
      current={props.breaker.rules}
      changesOf={ruleChanges}
    />
  );
}
