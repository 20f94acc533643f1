import { lockable } from '../policy-draft';
import type { PolicyField } from '../policy-fields';
import { LockBox } from './lock-box';
import { NumberField } from './number-field';
import type { StepChoicesProps } from './step-choices';

export interface NumberFieldsProps extends StepChoicesProps {
  readonly fields: readonly PolicyField[];
  readonly problems: Readonly<Record<string, string>>;
}

/** A field for each of these settings, with its lock where callers could set it, too. */
export function NumberFields({ fields, draft, problems, disabled, onChange }: NumberFieldsProps) {
  return fields.map((field) => {
    const setting = lockable(field.path);
    return (
      <NumberField
        key={field.path}
        field={field}
        value={draft.numbers[field.path] ?? ''}
        problem={problems[field.path]}
        disabled={disabled}
        onChange={(value) => {
          onChange({ numbers: { ...draft.numbers, [field.path]: value } });
        }}
        lock={
          setting === undefined ? null : (
            <LockBox
              setting={setting}
              label={field.label}
              locked={draft.locked}
              disabled={disabled}
              onChange={(locked) => {
                onChange({ locked });
              }}
            />
          )
        }
      />
    );
  });
}
