'use client';

import { reviewRules, type Rule, validateRules } from '@recloser/core';
import type { BreakerDetail } from '@recloser/protocol';
import { ListFilter, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Segmented } from '@/components/ui/segmented';
import { useBreakerOfPage } from '@/features/breaker/components/breaker-context';
import type { Revert } from '@/features/breaker/components/save-bar';
import { HistoryButton } from '@/features/history/components/history-button';
import { useSegments } from '@/features/segments/api/segments';
import { useMay } from '@/features/session/session-context';
import { lazyPart } from '@/lib/lazy-part';
import { moved, newRule, ruleChanges } from '../rule-text';
import { JsonEditor } from './json-editor';
import { RuleCard } from './rule-card';

const RulesHistory = lazyPart(() =>
  import('./rules-history').then((module) => module.RulesHistory),
);

const SaveBar = lazyPart(() =>
  import('@/features/breaker/components/save-bar').then((module) => module.SaveBar),
);
const StaleDraft = lazyPart(() =>
  import('@/features/breaker/components/stale-draft').then((module) => module.StaleDraft),
);
const DraftTryPanel = lazyPart(() =>
  import('./draft-try-panel').then((module) => module.DraftTryPanel),
);

type View = 'builder' | 'json';

const VIEWS = [
  { value: 'builder', label: 'Builder' },
  { value: 'json', label: 'JSON' },
] as const;

interface Row {
  /** Stays with the rule while its id is being typed. */
  readonly row: number;
  readonly rule: Rule;
}

function rowsOf(rules: readonly Rule[]): readonly Row[] {
  return rules.map((rule, row) => ({ row, rule }));
}

interface Base {
  readonly rules: readonly Rule[];
  readonly revision: number;
  readonly revert: Revert | null;
}

function baseOf({ rules, revision }: BreakerDetail, revert: Revert | null = null): Base {
  return { rules, revision, revert };
}

function useRulesEditing() {
  const breaker = useBreakerOfPage();
  const [base, setBase] = useState(() => baseOf(breaker));
  const [rows, setRows] = useState(() => rowsOf(breaker.rules));
  /** Makes new fields when everything is replaced, as fields keep the text that is being typed. */
  const [turn, setTurn] = useState(0);
  const [jsonProblem, setJsonProblem] = useState<string | null>(null);
  const rules = useMemo(() => rows.map(({ rule }) => rule), [rows]);
  const { data: segments } = useSegments();
  const problems = useMemo(() => validateRules(rules, segments), [rules, segments]);
  const warnings = useMemo(
    () => (problems.length > 0 ? [] : reviewRules(rules)),
    [rules, problems],
  );
  const changes = useMemo(() => ruleChanges(base.rules, rules), [base.rules, rules]);
  const begin = (saved: BreakerDetail, draft: readonly Rule[], revert: Revert | null) => {
    setBase(baseOf(saved, revert));
    setRows(rowsOf(draft));
    setTurn(turn + 1);
    setJsonProblem(null);
  };
  const restart = (saved = breaker) => {
    begin(saved, saved.rules, null);
  };
  const revert = (to: readonly Rule[], note: string) => {
    begin(breaker, to, { note });
  };
  const count = problems.length + (jsonProblem === null ? 0 : 1);
  return {
    breaker,
    base,
    rows,
    setRows,
    rules,
    problems,
    warnings,
    count,
    changes,
    turn,
    restart,
    revert,
    jsonProblem,
    setJsonProblem,
    segments,
  };
}

type RulesEditing = ReturnType<typeof useRulesEditing>;

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
          key={row}
          rule={rule}
          place={index + 1}
          of={rows.length}
          disabled={disabled}
          warning={warnings.find(({ ruleId }) => ruleId === rule.id)?.message ?? null}
          problems={problems
            .filter(({ path }) => path.startsWith(`rules.${index}.`))
            .map(({ message }) => message)}
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
      <li className="sr-only">{rules.length} rules, the first that matches decides</li>
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

/** Ordered; the first that matches decides. */
export function RulesEditor() {
  const editing = useRulesEditing();
  const { breaker, base, setRows, rules, segments, count, changes, turn, restart } = editing;
  const { jsonProblem, setJsonProblem } = editing;
  const [view, setView] = useState<View>('builder');
  const disabled = !useMay('operator');
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_21rem]">
      <div className="min-w-0">
        <StaleDraft breaker={breaker} revision={base.revision} onReload={restart} />
        <Toolbar editing={editing} view={view} disabled={disabled} onView={setView} />
        {view === 'builder' ? (
          <Builder key={turn} editing={editing} disabled={disabled} />
        ) : (
          <JsonEditor
            key={turn}
            rules={rules}
            disabled={disabled}
            onChange={(next) => {
              setRows(rowsOf(next));
            }}
            onProblem={setJsonProblem}
          />
        )}
        <SaveBar
          breaker={breaker}
          revision={base.revision}
          changes={changes}
          problems={count}
          edit={{ rules }}
          revert={base.revert}
          onSaved={restart}
          onDiscard={() => {
            restart();
          }}
        />
      </div>
      <DraftTryPanel
        rules={rules}
        segments={segments}
        unsaved={changes.length > 0}
        unreadable={jsonProblem !== null}
        fallback={<div className="h-40 rounded-xl border border-line bg-surface" />}
      />
    </div>
  );
}
