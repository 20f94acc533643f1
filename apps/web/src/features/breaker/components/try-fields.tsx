import { PRIORITIES } from '@recloser/core';
import type { ReactNode } from 'react';
import { Field, Input, Select } from '@/components/ui/field';

interface TryFieldsProps {
  /** The context attribute that names the cohort key. */
  readonly cohortKey: string;
  /** Beside the account. */
  readonly children?: ReactNode;
}

/** A context as a person types it: `account`, `priority` and `attributes` of the form around them. */
export function TryFields({ cohortKey, children }: TryFieldsProps) {
  return (
    <>
      <Field label={cohortKey}>
        {(ids) => (
          <div className="flex gap-2">
            <Input
              {...ids}
              name="account"
              autoComplete="off"
              placeholder="acct_1842"
              className="font-mono"
            />
            {children}
          </div>
        )}
      </Field>
      <Field label="Priority" hint="Critical callers come first, batch callers last.">
        {(ids) => (
          <Select {...ids} name="priority" defaultValue="default" className="capitalize">
            {PRIORITIES.map((priority) => (
              <option key={priority}>{priority}</option>
            ))}
          </Select>
        )}
      </Field>
      <details>
        <summary className="w-fit rounded-sm text-xs text-fg-3 hover:text-fg-2">
          With attributes for rules
        </summary>
        <Input
          name="attributes"
          aria-label="Attributes"
          autoComplete="off"
          placeholder="plan=enterprise, version=2.4.1"
          className="mt-2 font-mono text-xs"
        />
      </details>
    </>
  );
}
