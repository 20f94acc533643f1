import { Field, Input } from '@/components/ui/field';
import { Panel } from '@/components/ui/panel';

interface GroupPanelProps {
  readonly value: string;
  readonly disabled: boolean;
  readonly onChange: (value: string) => void;
}

/** Breakers that let in the same accounts, so that a request that crosses several of them gets through all or none. */
export function GroupPanel({ value, disabled, onChange }: GroupPanelProps) {
  return (
    <Panel
      title="Recovery group"
      aside={
        <span className="text-xs text-fg-3 max-sm:hidden">
          Its members let in the same accounts at each step.
        </span>
      }
    >
      <Field
        label="Group"
        hint="The same name on each member, in every environment. Empty: none. Changeable only while closed."
        className="max-w-sm"
      >
        {(ids) => (
          <Input
            {...ids}
            value={value}
            disabled={disabled}
            maxLength={120}
            placeholder="none"
            onChange={({ target }) => {
              onChange(target.value);
            }}
          />
        )}
      </Field>
    </Panel>
  );
}
