'use client';

import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { Panel } from '@/components/ui/panel';
import { PanelStatus } from '@/components/ui/panel-status';
import { HistoryButton } from '@/features/history/components/history-button';
import { useMay } from '@/features/session/session-context';
import { lazyPart, usePrefetch } from '@/lib/lazy-part';
import { essentialFields, isEssential } from '../essentials';
import { draftOf } from '../policy-draft';
import { POLICY_GROUPS } from '../policy-fields';
import { presetPolicy } from '../presets';
import { type PolicyEditing, usePolicyEditing } from '../use-policy-editing';
import { LadderField } from './ladder-field';
import { NumberFields, type NumberFieldsProps } from './number-fields';
import { SummaryPanel } from './summary-panel';

const SaveBar = lazyPart(() =>
  import('@/features/breaker/components/save-bar').then((module) => module.SaveBar),
);
const BothVersions = lazyPart(() =>
  import('@/features/drafts/components/both-versions').then((module) => module.BothVersions),
);
const ConflictBar = lazyPart(() =>
  import('@/features/drafts/components/conflict-bar').then((module) => module.ConflictBar),
);
const TimeoutPanel = lazyPart(() =>
  import('@/features/timeout/components/timeout-panel').then((module) => module.TimeoutPanel),
);
const BacktestPanel = lazyPart(() =>
  import('@/features/backtest/components/backtest-panel').then((module) => module.BacktestPanel),
);
const AdvancedSettings = lazyPart(() =>
  import('./advanced-settings').then((module) => module.AdvancedSettings),
);
const PolicyHistory = lazyPart(() =>
  import('./policy-history').then((module) => module.PolicyHistory),
);

const BACKTEST_ID = 'backtest';
/** For who unfolds it when the server is away. */
const PREFETCHED = [AdvancedSettings];

const ESSENTIALS = essentialFields(POLICY_GROUPS);

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
      {bringBack === null || overtaken !== null ? null : <ConflictBar onBringBack={bringBack} />}
      <div className="flex items-center justify-between gap-3">
        <p className="text-sm text-fg-2">
          You review changes before saving.{' '}
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

interface EssentialsProps extends Omit<NumberFieldsProps, 'fields'> {
  readonly breaker: string;
}

/** The few settings that most people change. */
function Essentials({ breaker, draft, problems, disabled, onChange }: EssentialsProps) {
  return (
    <Panel title="Essentials">
      <div className="grid grid-cols-2 gap-x-5 gap-y-4 sm:grid-cols-4">
        <NumberFields
          fields={ESSENTIALS}
          draft={draft}
          problems={problems}
          disabled={disabled}
          onChange={onChange}
        />
        <LadderField
          breaker={breaker}
          value={draft.ladder}
          cohort={draft.cohort}
          problem={problems['recovery.ladder']}
          disabled={disabled}
          onChange={(ladder) => {
            onChange({ ladder });
          }}
        />
      </div>
    </Panel>
  );
}

/** Folded until it is asked for, or until something in it is wrong. */
function Advanced({ editing, disabled }: EditingProps & { readonly disabled: boolean }) {
  usePrefetch(PREFETCHED);
  const [asked, setAsked] = useState(false);
  const isWrong = Object.keys(editing.problems).some((path) => !isEssential(path));
  return (
    <details
      open={asked || isWrong}
      onToggle={({ currentTarget }) => {
        setAsked(currentTarget.open);
      }}
      className="group"
    >
      <summary className="flex h-10 items-center gap-2 rounded-md px-1 text-sm font-medium text-fg-2 hover:text-fg">
        <ChevronRight size={14} aria-hidden className="transition-transform group-open:rotate-90" />
        Advanced
        <span className="text-xs font-normal text-fg-3">
          every other setting, the check, the recovery group
        </span>
      </summary>
      <div className="mt-2 flex flex-col gap-4">
        <AdvancedSettings editing={editing} disabled={disabled} />
      </div>
    </details>
  );
}

/** A sentence that sums it up, a few settings, and all others behind a fold; nothing is saved unseen. */
export function PolicyEditor() {
  const editing = usePolicyEditing();
  const { breaker, draft, policy, problems, change } = editing;
  const disabled = !useMay('operator');
  const isReadable = Object.keys(problems).length === 0;
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_22rem]">
      <div className="flex min-w-0 flex-col gap-4">
        <Top editing={editing} />
        <SummaryPanel
          policy={isReadable ? policy : null}
          disabled={disabled}
          onPreset={(preset) => {
            change(draftOf(presetPolicy(preset, isReadable ? policy : breaker.policy)));
          }}
        />
        <TimeoutPanel
          fallback={
            <Panel title="Suggested timeout">
              <PanelStatus error={undefined} onRetry={() => undefined} />
            </Panel>
          }
          breaker={breaker.key}
          falseRate={policy.call.autoFalseRate}
          disabled={disabled}
          onUse={(timeoutMs) => {
            const { numbers } = draft.value.policy;
            change({ numbers: { ...numbers, 'call.timeoutMs': String(timeoutMs) } });
          }}
        />
        <Essentials
          breaker={breaker.key}
          draft={draft.value.policy}
          problems={problems}
          disabled={disabled}
          onChange={change}
        />
        <Advanced editing={editing} disabled={disabled} />
      </div>
      <div className="min-w-0 xl:sticky xl:top-6">
        <BacktestPanel
          id={BACKTEST_ID}
          breaker={breaker.key}
          policy={policy}
          blocked={!isReadable}
          fallback={<div className="h-40 rounded-xl border border-line bg-surface" />}
        />
      </div>
      <Bar editing={editing} />
    </div>
  );
}
