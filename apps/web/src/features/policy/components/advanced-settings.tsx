import { Panel } from '@/components/ui/panel';
import { advancedGroups } from '../essentials';
import { POLICY_GROUPS } from '../policy-fields';
import type { PolicyEditing } from '../use-policy-editing';
import { GroupPanel } from './group-panel';
import { NumberFields, type NumberFieldsProps } from './number-fields';
import { ProbePanel } from './probe-panel';
import { StepChoices } from './step-choices';

const ADVANCED = advancedGroups(POLICY_GROUPS);

function AdvancedGroups({
  draft,
  problems,
  disabled,
  onChange,
}: Omit<NumberFieldsProps, 'fields'>) {
  return ADVANCED.map(({ title, about, fields }) => (
    <Panel
      key={title}
      title={title}
      aside={<span className="text-xs text-fg-3 max-sm:hidden">{about}</span>}
    >
      <div className="grid grid-cols-2 gap-x-5 gap-y-4 sm:grid-cols-4">
        <NumberFields
          fields={fields}
          draft={draft}
          problems={problems}
          disabled={disabled}
          onChange={onChange}
        />
        {title === 'Steps' ? (
          <StepChoices draft={draft} disabled={disabled} onChange={onChange} />
        ) : null}
      </div>
    </Panel>
  ));
}

interface AdvancedSettingsProps {
  readonly editing: PolicyEditing;
  readonly disabled: boolean;
}

/** Every setting that is not essential, the check and the recovery group. */
export function AdvancedSettings({ editing, disabled }: AdvancedSettingsProps) {
  const { draft, problems, change, setGroup } = editing;
  return (
    <>
      <AdvancedGroups
        draft={draft.value.policy}
        problems={problems}
        disabled={disabled}
        onChange={change}
      />
      <ProbePanel
        draft={draft.value.policy.probe}
        problems={problems}
        disabled={disabled}
        onChange={(probe) => {
          change({ probe });
        }}
      />
      <GroupPanel value={draft.value.group} disabled={disabled} onChange={setGroup} />
    </>
  );
}
