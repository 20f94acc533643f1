'use client';

import { ListFilter, Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Segmented } from '@/components/ui/segmented';
import { HistoryButton } from '@/features/history/components/history-button';
import { useMay } from '@/features/session/session-context';
import { plural } from '@/lib/format';
import { lazyPart, usePrefetch } from '@/lib/lazy-part';
import { moved, newRule } from '../rule-text';
import { rowsOf, type RulesEditing, useRulesEditing } from '../use-rules-editing';

const RulesHistory = lazyPart(() =>
  import('./rules-history').then((module) => module.RulesHistory),
);

const RuleCard = lazyPart(() => import('./rule-card').then((module) => module.RuleCard));
const JsonEditor = lazyPart(() => import('./json-editor').then((module) => module.JsonEditor));
const SaveBar = lazyPart(() =>
  import('@/features/breaker/components/save-bar').then((module) => module.SaveBar),
);
const BothVersions = lazyPart(() =>
  import('@/features/drafts/components/both-versions').then((module) => module.BothVersions),
);
const ConflictBar = lazyPart(() =>
  import('@/features/drafts/components/conflict-bar').then((module) => module.ConflictBar),
);
const DraftTryPanel = lazyPart(() =>
  import('./draft-try-panel').then((module) => module.DraftTryPanel),
);
/** For the first rule, which may be added when the server is away. */
const PREFETCHED = [RuleCard];

type View = 'builder' | 'json';

const VIEWS = [
  { value: 'builder', label: 'Builder' },
  { value: 'json', label: 'JSON' },
] as const;

function Builder({
  editing,
  disabled,
}: {
  readonly editing: RulesEditing;
  readonly disabled: boolean;
}) {
  const { rows, setRows, rules, problems, warnings } = editing;
  if (rows.length === 0) {
    return (
      <div className="rounded-xl border border-line bg-surface">
        <EmptyState icon={ListFilter} title="No rules">
          Everyone is admitted by the breaker alone. A rule can let staff into a ramp first, keep
          batch jobs out of it, or turn one tenant off.
        </EmptyState>
      </div>
    );
  }
  return (
    <ol className="flex flex-col gap-3">
      {rows.map(({ row, rule }, index) => (
        <RuleCard
          fallback={<li aria-hidden className="h-44 rounded-xl border border-line bg-surface" />}
          key={row}
          rule={rule}
          place={index + 1}
          of={rows.length}
          disabled={disabled}
          warning={warnings.find(({ ruleId }) => ruleId === rule.id)?.message ?? null}
          problems={problems.filter(({ path }) => path.startsWith(`rules.${index}.`))}
          onChange={(next) => {
            setRows(rows.with(index, { row, rule: next }));
          }}
          onMove={(by) => {
            setRows(moved(rows, index, by));
          }}
          onRemove={() => {
            setRows(rows.filter((one) => one.row !== row));
          }}
        />
      ))}
      <li className="sr-only">{plural(rules.length, 'rule')}, the first that matches decides</li>
    </ol>
  );
}

interface ToolbarProps {
  readonly editing: RulesEditing;
  readonly view: View;
  readonly disabled: boolean;
  readonly onView: (view: View) => void;
}

function Toolbar({ editing, view, disabled, onView }: ToolbarProps) {
  const { breaker, rows, setRows, rules, changes, revert } = editing;
  return (
    <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
      <p className="text-sm text-fg-2">The first rule that matches decides.</p>
      <div className="flex flex-wrap gap-2">
        <Segmented label="View" value={view} options={VIEWS} onChange={onView} />
        <HistoryButton>
          {(close) => (
            <RulesHistory
              breaker={breaker}
              unsaved={changes.length > 0}
              onRevert={revert}
              onClose={close}
            />
          )}
        </HistoryButton>
        <Button
          disabled={disabled || view === 'json'}
          onClick={() => {
            const row = Math.max(-1, ...rows.map((one) => one.row)) + 1;
            setRows([...rows, { row, rule: newRule(rules) }]);
          }}
        >
          <Plus size={14} aria-hidden /> Add rule
        </Button>
      </div>
    </div>
  );
}

interface EditorProps {
  readonly editing: RulesEditing;
  readonly disabled: boolean;
}

/** Says when somebody else has saved first. */
function ConcurrentEditors({ editing }: Pick<EditorProps, 'editing'>) {
  const { breaker, draft, overtaken, bringBack, blocked } = editing;
  if (overtaken !== null) {
    return (
      <BothVersions
        key={breaker.revision}
        subject={{ kind: 'breaker', key: breaker.key, revision: breaker.revision }}
        revision={draft.revision}
        overtaken={overtaken}
        blocked={blocked}
      />
    );
  }
  return bringBack === null ? null : <ConflictBar onBringBack={bringBack} />;
}

function Editor({ editing, disabled }: EditorProps) {
  const { draft, rules, setRows, setJsonProblem } = editing;
  usePrefetch(PREFETCHED);
  const [view, setView] = useState<View>('builder');
  return (
    <>
      <Toolbar editing={editing} view={view} disabled={disabled} onView={setView} />
      {view === 'builder' ? (
        <Builder key={draft.turn} editing={editing} disabled={disabled} />
      ) : (
        <JsonEditor
          key={draft.turn}
          rules={rules}
          disabled={disabled}
          onChange={(next) => {
            setRows(rowsOf(next));
          }}
          onProblem={setJsonProblem}
        />
      )}
    </>
  );
}

/** Ordered; the first that matches decides. */
export function RulesEditor() {
  const editing = useRulesEditing();
  const { breaker, draft, overtaken, rules, trialSegments, count, changes, jsonProblem } = editing;
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_21rem]">
      <div className="min-w-0">
        <ConcurrentEditors editing={editing} />
        <Editor editing={editing} disabled={!useMay('operator')} />
        <SaveBar
          breaker={breaker}
          revision={draft.revision}
          overtaken={overtaken !== null}
          changes={changes}
          problems={count}
          edit={{ rules }}
          revert={draft.revert}
          onSaved={editing.restart}
          onDiscard={() => {
            editing.restart();
          }}
        />
      </div>
      <DraftTryPanel
        rules={rules}
        segments={trialSegments}
        unsaved={changes.length > 0}
        unreadable={jsonProblem !== null}
        fallback={<div className="h-40 rounded-xl border border-line bg-surface" />}
      />
    </div>
  );
}
