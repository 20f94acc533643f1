'use client';

import { ADMISSION_NONE, type Rule } from '@recloser/core';
import { Segmented } from '@/components/ui/segmented';
import { admittingRules } from '../still-passes';

const CHOICES = [
  { value: 'stop', label: 'Nobody' },
  { value: 'keep', label: 'Calls that rules admit' },
] as const;

interface RulesChoiceProps {
  readonly rules: readonly Rule[];
  readonly kept: boolean;
  readonly onChange: (kept: boolean) => void;
}

/** Who still passes a breaker that a person opens; nothing to choose where no rule admits anybody. */
export function RulesChoice({ rules, kept, onChange }: RulesChoiceProps) {
  if (admittingRules(rules, ADMISSION_NONE).length === 0) return null;
  return (
    <div className="flex flex-col gap-1.5">
      <span className="text-xs font-medium text-fg-2">Still passes</span>
      <Segmented
        label="Still passes"
        value={kept ? 'keep' : 'stop'}
        options={CHOICES}
        onChange={(choice) => {
          onChange(choice === 'keep');
        }}
      />
    </div>
  );
}
