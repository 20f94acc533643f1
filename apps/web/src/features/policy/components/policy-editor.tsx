'use client';

import type { Policy } from '@recloser/core';
import type { BreakerDetail } from '@recloser/protocol';
import { useMemo, useState } from 'react';
import { Panel } from '@/components/ui/panel';
import { BacktestPanel } from '@/features/backtest/components/backtest-panel';
import { useBreakerOfPage } from '@/features/breaker/components/breaker-context';
import type { Revert } from '@/features/breaker/components/save-bar';
import { HistoryButton } from '@/features/history/components/history-button';
import { useMay } from '@/features/session/session-context';
import { lazyPart } from '@/lib/lazy-part';
import {
  draftOf,
  lockable,
  policyChanges,
  type PolicyDraft,
  policyOf,
  problemsOf,
} from '../policy-draft';
import { groupOf, POLICY_GROUPS, type PolicyField } from '../policy-fields';
import { GroupPanel, groupChange } from './group-panel';
import { LadderField } from './ladder-field';
import { LockBox } from './lock-box';
import { NumberField } from './number-field';
import { ProbePanel } from './probe-panel';
import { StepChoices, type StepChoicesProps } from './step-choices';

interface Editing {
  readonly revision: number;
  readonly base: Policy;
  readonly draft: PolicyDraft;
  readonly baseGroup: string;
  /** Empty: none. */
  readonly group: string;
  readonly revert: Revert | null;
}

const SaveBar = lazyPart(() =>
  import('@/features/breaker/components/save-bar').then((module) => module.SaveBar),
);
const StaleDraft = lazyPart(() =>
  import('@/features/breaker/components/stale-draft').then((module) => module.StaleDraft),
);
const PolicyHistory = lazyPart(() =>
  import('./policy-history').then((module) => module.PolicyHistory),
);

interface NumbersProps extends StepChoicesProps {
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
  const begin = ({ policy, group, revision }: BreakerDetail): Editing => ({
    revision,
    base: policy,
    draft: draftOf(policy),
    baseGroup: group ?? '',
    group: group ?? '',
    revert: null,
  });
  const [editing, setEditing] = useState(() => begin(breaker));
  const policy = useMemo(() => policyOf(editing.draft), [editing.draft]);
  const problems = useMemo(() => problemsOf(policy), [policy]);
  const { base, baseGroup, group } = editing;
  const changes = useMemo(
    () => [...policyChanges(base, policy, groupOf), ...groupChange(baseGroup, group)],
    [base, policy, baseGroup, group],
  );
  const change = (part: Partial<PolicyDraft>) => {
    setEditing((before) => ({ ...before, draft: { ...before.draft, ...part } }));
  };
  const setGroup = (group: string) => {
    setEditing((before) => ({ ...before, group }));
  };
  const restart = (now = breaker) => {
    setEditing(begin(now));
  };
  const revert = (to: Policy, note: string) => {
    setEditing({ ...begin(breaker), draft: draftOf(to), revert: { note } });
  };
  return { breaker, editing, policy, problems, changes, change, setGroup, restart, revert };
}

type PolicyEditing = ReturnType<typeof usePolicyEditing>;

function Top({ editing: { breaker, editing, changes, restart, revert } }: EditingProps) {
  return (
    <>
      <StaleDraft breaker={breaker} revision={editing.revision} onReload={restart} />
      <div className="mb-4 flex items-center justify-between gap-3">
        <p className="text-sm text-fg-2">Nothing is saved before you have seen what it changes.</p>
        <HistoryButton>
          {(close) => (
            <PolicyHistory
              breaker={breaker}
              unsaved={changes.length > 0}
              onRevert={revert}
              onClose={close}
            />
          )}
        </HistoryButton>
      </div>
    </>
  );
}

interface EditingProps {
  readonly editing: PolicyEditing;
}

function Bar({ editing: { breaker, editing, policy, problems, changes, restart } }: EditingProps) {
  const group = editing.group.trim();
  return (
    <SaveBar
      breaker={breaker}
      revision={editing.revision}
      changes={changes}
      problems={Object.keys(problems).length}
      edit={
        group === editing.baseGroup ? { policy } : { policy, group: group === '' ? null : group }
      }
      revert={editing.revert}
      onSaved={restart}
      onDiscard={() => {
        restart();
      }}
    />
  );
}

/** Every threshold with its unit; nothing is saved before its difference was seen. */
export function PolicyEditor() {
  const all = usePolicyEditing();
  const { breaker, editing, policy, problems, change, setGroup } = all;
  const disabled = !useMay('operator');
  return (
    <div className="max-w-4xl">
      <Top editing={all} />
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
                  cohort={editing.draft.cohort}
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
                <StepChoices draft={editing.draft} disabled={disabled} onChange={change} />
              ) : null}
            </div>
          </Panel>
        ))}
        <ProbePanel
          draft={editing.draft.probe}
          problems={problems}
          disabled={disabled}
          onChange={(probe) => {
            change({ probe });
          }}
        />
        <BacktestPanel
          breaker={breaker.key}
          policy={policy}
          blocked={Object.keys(problems).length > 0}
        />
        <GroupPanel value={editing.group} disabled={disabled} onChange={setGroup} />
      </div>
      <Bar editing={all} />
    </div>
  );
}
