import type { ReactNode } from 'react';
import { Field, Input } from '@/components/ui/field';
import type { PolicyField } from '../policy-fields';

interface NumberFieldProps {
  readonly field: PolicyField;
  readonly value: string;
  readonly problem: string | undefined;
  readonly disabled: boolean;
  readonly onChange: (value: string) => void;
  /** Absent: cannot be locked. */
  readonly lock?: ReactNode;
}

export function NumberField({ field, value, problem, disabled, onChange, lock }: NumberFieldProps) {
  return (
    <Field label={field.label} hint={field.hint} error={problem}>
      {(ids) => (
        <>
          <div className="relative">
            <Input
              {...ids}
              inputMode="decimal"
              value={value}
              disabled={disabled}
              placeholder={field.optional === true ? 'off' : ''}
              onChange={(event) => {
                onChange(event.target.value);
              }}
              className="num pr-14"
            />
            <span className="pointer-events-none absolute inset-y-0 right-2.5 flex items-center text-xs text-fg-3">
              {field.unit}
            </span>
          </div>
          {lock}
        </>
      )}
    </Field>
  );
}
