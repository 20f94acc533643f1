'use client';

import type { Policy } from '@recloser/core';
import { useMemo, useState } from 'react';
import { Field, Select } from '@/components/ui/field';
import { Panel } from '@/components/ui/panel';
import { useBreakerOfPage } from '@/features/breaker/components/breaker-context';
import { SaveBar } from '@/features/breaker/components/save-bar';
import { StaleDraft } from '@/features/breaker/components/stale-draft';
import { useMay } from '@/features/session/session-context';
import {
  draftOf,
  lockable,
  policyChanges,
  type PolicyDraft,
  policyOf,
  problemsOf,
} from '../policy-draft';
import { POLICY_GROUPS, type PolicyField } from '../policy-fields';
import { LadderField } from './ladder-field';
import { LockBox } from './lock-box';
import { NumberField } from './number-field';

interface Editing {
  readonly revision: number;
  readonly base: Policy;
  readonly draft: PolicyDraft;
}

function groupOf(path: string): string {
  const group = POLICY_GROUPS.find(({ fields }) => fields.some((field) => field.path === path));
  return group?.title ?? '';
}

interface ChoicesProps {
  readonly draft: PolicyDraft;
  readonly disabled: boolean;
  readonly onChange: (part: Partial<PolicyDraft>) => void;
}

function Choices({ draft, disabled, onChange }: ChoicesProps) {
  return (
    <>
      <Field label="When a step fails" hint="The same accounts come back next time.">
        {(ids) => (
          <Select
            {...ids}
            value={draft.onStepFailure}
            disabled={disabled}
            onChange={({ target }) => {
              onChange({ onStepFailure: target.value === 'open' ? 'open' : 'step_back' });
            }}
          >
            <option value="step_back">One step back</option>
            <option value="open">Open again</option>
          </Select>
        )}
      </Field>
      <Field label="Too little traffic" hint="When no failure was seen.">
        {(ids) => (
          <Select
            {...ids}
            value={draft.onLowTraffic}
            disabled={disabled}
            onChange={({ target }) => {
              onChange({ onLowTraffic: target.value === 'hold' ? 'hold' : 'advance_after' });
            }}
          >
            <option value="advance_after">Go on after a while</option>
            <option value="hold">Wait for calls</option>
          </Select>
        )}
      </Field>
    </>
  );
}

interface NumbersProps extends ChoicesProps {
  readonly fields: readonly PolicyField[];
  readonly problems: Readonly<Record<string, string>>;
}

function Numbers({ fields, draft, problems, disabled, onChange }: NumbersProps) {
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

function usePolicyEditing() {
  const breaker = useBreakerOfPage();
  const begin = (policy: Policy, revision: number): Editing => ({
    revision,
    base: policy,
    draft: draftOf(policy),
  });
  const [editing, setEditing] = useState(() => begin(breaker.policy, breaker.revision));
  const policy = useMemo(() => policyOf(editing.draft), [editing.draft]);
  const problems = useMemo(() => problemsOf(policy), [policy]);
  const changes = useMemo(
    () => policyChanges(editing.base, policy, groupOf),
    [editing.base, policy],
  );
  const change = (part: Partial<PolicyDraft>) => {
    setEditing((before) => ({ ...before, draft: { ...before.draft, ...part } }));
  };
  const restart = ({ policy: now, revision } = breaker) => {
    setEditing(begin(now, revision));
  };
  return { breaker, editing, policy, problems, changes, change, restart };
}

/** Every threshold with its unit; nothing is saved before its difference was seen. */
export function PolicyEditor() {
  const { breaker, editing, policy, problems, changes, change, restart } = usePolicyEditing();
  const disabled = !useMay('operator');
  return (
    <div className="max-w-4xl">
      <StaleDraft breaker={breaker} revision={editing.revision} onReload={restart} />
      <div className="flex flex-col gap-4">
        {POLICY_GROUPS.map(({ title, about, fields }) => (
          <Panel
            key={title}
            title={title}
            aside={<span className="text-xs text-fg-3 max-sm:hidden">{about}</span>}
          >
            <div className="grid grid-cols-2 gap-x-5 gap-y-4 sm:grid-cols-4">
              {title === 'Steps' ? (
                <LadderField
                  value={editing.draft.ladder}
                  problem={problems['recovery.ladder']}
                  disabled={disabled}
                  onChange={(ladder) => {
                    change({ ladder });
                  }}
                />
              ) : null}
              <Numbers
                fields={fields}
                draft={editing.draft}
                problems={problems}
                disabled={disabled}
                onChange={change}
              />
              {title === 'Steps' ? (
                <Choices draft={editing.draft} disabled={disabled} onChange={change} />
              ) : null}
            </div>
          </Panel>
        ))}
      </div>
      <SaveBar
        breaker={breaker}
        revision={editing.revision}
        changes={changes}
        problems={Object.keys(problems).length}
        edit={{ policy }}
        onSaved={restart}
        onDiscard={() => {
          restart();
        }}
      />
    </div>
  );
}
