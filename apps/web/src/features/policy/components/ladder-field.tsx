'use client';

import { type Cohort, formatAdmission, formatHexDigits } from '@recloser/core';
import { AdmissionBar } from '@/components/state/admission-bar';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { lazyPart } from '@/lib/lazy-part';
import { readLadder } from '../policy-draft';

const SuffixNote = lazyPart(() => import('./suffix-note').then((module) => module.SuffixNote));

const PRESETS = [
  { name: 'Sixteenths', ladder: '6.25, 12.5, 25, 50' },
  { name: 'Careful', ladder: '1, 3.125, 6.25, 12.5, 25, 50, 75' },
  { name: 'Quick', ladder: '25, 50' },
] as const;

interface LadderFieldProps {
  readonly value: string;
  readonly breaker: string;
  readonly cohort: Cohort;
  readonly problem: string | undefined;
  readonly disabled: boolean;
  readonly onChange: (value: string) => void;
}

/** The steps as percentages, with what each lets through. */
export function LadderField({
  value,
  breaker,
  cohort,
  problem,
  disabled,
  onChange,
}: LadderFieldProps) {
  const steps = readLadder(value).filter((step) => !Number.isNaN(step));
  return (
    <div className="col-span-full flex flex-col gap-3">
      <Field
        label="Ladder"
        hint="Percentages, rising, separated by commas. 100% follows the last."
        error={problem}
      >
        {(ids) => (
          <Input
            {...ids}
            value={value}
            disabled={disabled}
            onChange={(event) => {
              onChange(event.target.value);
            }}
            className="num"
          />
        )}
      </Field>
      <div className="flex flex-wrap gap-1.5">
        {PRESETS.map(({ name, ladder }) => (
          <Button
            key={name}
            size="sm"
            disabled={disabled}
            onClick={() => {
              onChange(ladder);
            }}
          >
            {name}
          </Button>
        ))}
      </div>
      <ol aria-label="Steps" className="grid grid-cols-2 gap-x-5 gap-y-2 sm:grid-cols-4">
        {steps.map((step, index) => (
          <li key={`${index} ${step}`} className="flex items-center gap-2.5">
            <AdmissionBar admission={step} tone="observe" thin />
            <span className="num w-14 shrink-0 text-xs text-fg-2">
              {formatAdmission(step)}
              {cohort === 'suffix' ? (
                <span className="block text-2xs text-fg-3">{formatHexDigits(step)}</span>
              ) : null}
            </span>
          </li>
        ))}
      </ol>
      {cohort === 'suffix' ? <SuffixNote breaker={breaker} ladder={steps} /> : null}
    </div>
  );
}
