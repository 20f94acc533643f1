'use client';

import {
  ADMISSION_SIXTEENTH,
  fromPercent,
  percentOf,
  type Rule,
  type RuleEffect,
  type RuleProblem,
} from '@recloser/core';
import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Input, Select } from '@/components/ui/field';
import { ClauseNotes } from './clause-notes';
import { ClauseRow } from './clause-row';

interface RuleCardProps {
  readonly rule: Rule;
  readonly place: number;
  readonly of: number;
  readonly problems: readonly RuleProblem[];
  /** What can be saved, and is probably not meant. */
  readonly warning: string | null;
  readonly disabled: boolean;
  readonly onChange: (rule: Rule) => void;
  readonly onMove: (by: -1 | 1) => void;
  readonly onRemove: () => void;
}

function effectOf(kind: string): RuleEffect {
  if (kind === 'reject') return { kind };
  return kind === 'admission' ? { kind, admission: ADMISSION_SIXTEENTH } : { kind: 'admit' };
}

function EffectFields({
  rule,
  disabled,
  onChange,
}: Pick<RuleCardProps, 'rule' | 'disabled' | 'onChange'>) {
  const { effect } = rule;
  return (
    <div className="flex flex-wrap items-center gap-2 text-sm">
      <span className="text-fg-3">then</span>
      <Select
        aria-label="Effect"
        value={effect.kind}
        disabled={disabled}
        onChange={({ target }) => {
          onChange({ ...rule, effect: effectOf(target.value) });
        }}
        className="w-auto"
      >
        <option value="admit">admit</option>
        <option value="reject">reject</option>
        <option value="admission">admit a share</option>
      </Select>
      {effect.kind === 'admission' ? (
        <span className="flex items-center gap-1.5">
          <Input
            aria-label="Share in percent"
            type="number"
            min={0}
            max={100}
            step={6.25}
            defaultValue={Number(percentOf(effect.admission).toPrecision(9))}
            disabled={disabled}
            onChange={({ target }) => {
              const admission = fromPercent(target.valueAsNumber) ?? Number.NaN;
              onChange({ ...rule, effect: { kind: 'admission', admission } });
            }}
            className="num w-24"
          />
          %
        </span>
      ) : null}
      <Select
        aria-label="When"
        value={rule.when}
        disabled={disabled}
        onChange={({ target }) => {
          onChange({ ...rule, when: target.value === 'always' ? 'always' : 'not_closed' });
        }}
        className="w-auto"
      >
        <option value="not_closed">while not closed</option>
        <option value="always">always</option>
      </Select>
    </div>
  );
}

function Clauses({
  rule,
  disabled,
  onChange,
}: Pick<RuleCardProps, 'rule' | 'disabled' | 'onChange'>) {
  const { clauses } = rule;
  return (
    <div className="flex flex-col gap-2">
      {clauses.map((clause, index) => (
        <ClauseRow
          key={index}
          clause={clause}
          disabled={disabled}
          removable={clauses.length > 1}
          onChange={(next) => {
            onChange({ ...rule, clauses: clauses.with(index, next) });
          }}
          onRemove={() => {
            onChange({ ...rule, clauses: clauses.toSpliced(index, 1) });
          }}
        />
      ))}
      <Button
        variant="ghost"
        size="sm"
        disabled={disabled}
        onClick={() => {
          onChange({
            ...rule,
            clauses: [...clauses, { attribute: '', operator: 'in', values: [] }],
          });
        }}
        className="w-fit"
      >
        <Plus size={13} aria-hidden /> and…
      </Button>
    </div>
  );
}

/** One rule: for whom, what, and when. */
export function RuleCard(props: RuleCardProps) {
  const { rule, place, of, problems, warning, disabled, onChange, onMove, onRemove } = props;
  const move = (by: -1 | 1) => () => {
    onMove(by);
  };
  return (
    <li className="rounded-xl border border-line bg-surface">
      <div className="flex items-center gap-2 border-b border-line px-4 py-2">
        <span className="num w-5 text-sm text-fg-3">{place}</span>
        <Input
          aria-label="Rule id"
          value={rule.id}
          disabled={disabled}
          onChange={({ target }) => {
            onChange({ ...rule, id: target.value });
          }}
          className="h-7 max-w-56 border-transparent bg-transparent px-1.5 font-medium hover:border-line-strong"
        />
        <span className="flex-1" />
        <Button
          variant="ghost"
          size="icon-sm"
          aria-label="Move up"
          disabled={disabled || place === 1}
          onClick={move(-1)}
        >
          <ArrowUp size={14} aria-hidden />
        </Button>
        <Button
          variant="ghost"
          size="icon-sm"
          aria-label="Move down"
          disabled={disabled || place === of}
          onClick={move(1)}
        >
          <ArrowDown size={14} aria-hidden />
        </Button>
        <Button
          variant="ghost"
          size="icon-sm"
          aria-label="Remove rule"
          disabled={disabled}
          onClick={onRemove}
        >
          <Trash2 size={14} aria-hidden />
        </Button>
      </div>
      <div className="flex flex-col gap-3 p-4">
        <Clauses rule={rule} disabled={disabled} onChange={onChange} />
        <EffectFields rule={rule} disabled={disabled} onChange={onChange} />
        {warning === null ? null : <Callout>{warning}</Callout>}
        <ClauseNotes problems={problems} clauses={rule.clauses} />
      </div>
    </li>
  );
}
