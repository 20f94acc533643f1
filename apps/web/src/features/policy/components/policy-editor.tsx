'use client';

import { Panel } from '@/components/ui/panel';
import { BACKTEST_ID, BacktestPanel } from '@/features/backtest/components/backtest-panel';
import { HistoryButton } from '@/features/history/components/history-button';
import { useMay } from '@/features/session/session-context';
import { lazyPart } from '@/lib/lazy-part';
import { TimeoutPanel } from '@/features/timeout/components/timeout-panel';
import { lockable } from '../policy-draft';
import { POLICY_GROUPS, type PolicyField } from '../policy-fields';
import { type PolicyEditing, usePolicyEditing } from '../use-policy-editing';
import { GroupPanel } from './group-panel';
import { LadderField } from './ladder-field';
import { LockBox } from './lock-box';
import { NumberField } from './number-field';
import { ProbePanel } from './probe-panel';
import { StepChoices, type StepChoicesProps } from './step-choices';

const SaveBar = lazyPart(() =>
  import('@/features/breaker/components/save-bar').then((module) => module.SaveBar),
);
const BothVersions = lazyPart(() =>
  import('@/features/drafts/components/both-versions').then((module) => module.BothVersions),
);
const AsideBar = lazyPart(() =>
  import('@/features/drafts/components/aside-bar').then((module) => module.AsideBar),
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

function Top({ editing }: EditingProps) {
  const { breaker, draft, overtaken, bringBack, changes, revert } = editing;
  return (
    <>
      {overtaken === null ? null : (
        <BothVersions
          key={breaker.revision}
          subject={{ kind: 'breaker', key: breaker.key, revision: breaker.revision }}
          revision={draft.revision}
          overtaken={overtaken}
        />
      )}
      {bringBack === null || overtaken !== null ? null : <AsideBar onBringBack={bringBack} />}
      <div className="flex items-center justify-between gap-3">
        <p className="text-sm text-fg-2">
          Nothing is saved before you have seen what it changes.{' '}
          <a
            href={`#${BACKTEST_ID}`}
            className="underline underline-offset-2 hover:text-fg xl:hidden"
          >
            Try it on the past
          </a>
        </p>
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

function Bar({ editing }: EditingProps) {
  const { breaker, draft, overtaken, policy, problems, changes, restart } = editing;
  const group = draft.value.group.trim();
  return (
    <SaveBar
      breaker={breaker}
      revision={draft.revision}
      overtaken={overtaken !== null}
      changes={changes}
      problems={Object.keys(problems).length}
      edit={
        group === draft.base.group ? { policy } : { policy, group: group === '' ? null : group }
      }
      revert={draft.revert}
      onSaved={restart}
      onDiscard={() => {
        restart();
      }}
    />
  );
}

/** Every threshold with its unit; nothing is saved before its difference was seen. */
export function PolicyEditor() {
  const editing = usePolicyEditing();
  const { breaker, draft, policy, problems, change, setGroup } = editing;
  const disabled = !useMay('operator');
  return (
    <div className="grid max-w-4xl items-start gap-4 xl:max-w-none xl:grid-cols-[minmax(0,1fr)_22rem]">
      <div className="flex min-w-0 flex-col gap-4">
        <Top editing={editing} />
        {POLICY_GROUPS.map(({ title, about, fields }) => (
          <Panel
            key={title}
            title={title}
            aside={<span className="text-xs text-fg-3 max-sm:hidden">{about}</span>}
          >
            <div className="grid grid-cols-2 gap-x-5 gap-y-4 sm:grid-cols-4">
              {title === 'Steps' ? (
                <LadderField
                  value={draft.value.policy.ladder}
                  cohort={draft.value.policy.cohort}
                  problem={problems['recovery.ladder']}
                  disabled={disabled}
                  onChange={(ladder) => {
                    change({ ladder });
                  }}
                />
              ) : null}
              <Numbers
                fields={fields}
                draft={draft.value.policy}
                problems={problems}
                disabled={disabled}
                onChange={change}
              />
              {title === 'Steps' ? (
                <StepChoices draft={draft.value.policy} disabled={disabled} onChange={change} />
              ) : null}
            </div>
          </Panel>
        ))}
        <TimeoutPanel
          breaker={breaker.key}
          falseRate={policy.call.autoFalseRate}
          disabled={disabled}
          onUse={(timeoutMs) => {
            const { numbers } = draft.value.policy;
            change({ numbers: { ...numbers, 'call.timeoutMs': String(timeoutMs) } });
          }}
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
      </div>
      <div className="min-w-0 xl:sticky xl:top-6">
        <BacktestPanel
          breaker={breaker.key}
          policy={policy}
          blocked={Object.keys(problems).length > 0}
        />
      </div>
      <Bar editing={editing} />
    </div>
  );
}
