'use client';

import { type Cohort, formatAdmission, formatHexDigits, suffixWarning } from '@recloser/core';
import { AdmissionBar } from '@/components/state/admission-bar';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { readLadder } from '../policy-draft';
import { useKeyEndings } from '../use-key-endings';

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
  const seen = useKeyEndings(breaker, cohort === 'suffix');
  const warning = suffixWarning({ cohort, ladder: steps }, seen);
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
      {warning === null ? null : (
        <p role="status" className="text-xs text-fg-2">
          {warning}
        </p>
      )}
    </div>
  );
}
