'use client';

import { type Clause, type Operator, OPERATORS, SEGMENT_ATTRIBUTE } from '@recloser/core';
import { X } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Input, Select, Textarea } from '@/components/ui/field';
import { lazyPart } from '@/lib/lazy-part';
import { OPERATOR_WORDS, readValues, writeValues } from '../rule-text';

const SegmentPicker = lazyPart(() =>
  import('@/features/segments/components/segment-picker').then((module) => module.SegmentPicker),
);

interface ClauseRowProps {
  readonly clause: Clause;
  readonly disabled: boolean;
  readonly removable: boolean;
  /** Those to choose from; all of them when left out. */
  readonly operators?: readonly Operator[];
  readonly onChange: (clause: Clause) => void;
  readonly onRemove: () => void;
}

interface FlagProps {
  readonly label: string;
  readonly on: boolean;
  readonly disabled: boolean;
  readonly onChange: (on: boolean) => void;
}

function Flag({ label, on, disabled, onChange }: FlagProps) {
  return (
    <label className="flex h-8 items-center gap-1.5 text-xs text-fg-2">
      <input
        type="checkbox"
        checked={on}
        disabled={disabled}
        onChange={(event) => {
          onChange(event.target.checked);
        }}
        className="size-3.5 accent-fg"
      />
      {label}
    </label>
  );
}

function Flags({
  clause,
  disabled,
  onChange,
}: Pick<ClauseRowProps, 'clause' | 'disabled' | 'onChange'>) {
  return (
    <>
      <Flag
        label="not"
        on={clause.negate === true}
        disabled={disabled}
        onChange={(negate) => {
          onChange({ ...clause, negate });
        }}
      />
      {clause.operator === 'in_segment' ? null : (
        <Flag
          label="any case"
          on={clause.ignoreCase === true}
          disabled={disabled}
          onChange={(ignoreCase) => {
            onChange({ ...clause, ignoreCase });
          }}
        />
      )}
    </>
  );
}

interface ValuesProps {
  readonly clause: Clause;
  readonly text: string;
  readonly disabled: boolean;
  readonly onText: (text: string) => void;
}

function Values({ clause: { operator }, text, disabled, onText }: ValuesProps) {
  const shared = {
    'aria-label': 'Values',
    value: text,
    disabled,
    className: 'min-w-40 flex-1 font-mono text-xs',
  };
  if (operator === 'exists') return null;
  if (operator === 'matches') {
    return (
      <Textarea
        {...shared}
        rows={text.split('\n').length}
        spellCheck={false}
        placeholder="a pattern per line, such as ^eu-\d+$"
        onChange={({ target }) => {
          onText(target.value);
        }}
      />
    );
  }
  return (
    <Input
      {...shared}
      placeholder={PLACEHOLDERS[operator] ?? 'values, separated by commas'}
      onChange={({ target }) => {
        onText(target.value);
      }}
    />
  );
}

/** A segment is asked about the whole context: its attribute goes with the operator, and its values are keys. */
function withOperator(clause: Clause, operator: Operator, text: string): Clause {
  if (operator === 'in_segment') {
    return { ...clause, operator, attribute: SEGMENT_ATTRIBUTE, values: [] };
  }
  const attribute = clause.operator === 'in_segment' ? '' : clause.attribute;
  const values = operator === 'exists' ? [] : readValues(text, operator);
  return { ...clause, operator, attribute, values };
}

const PLACEHOLDERS: Partial<Record<Operator, string>> = {
  before: '2026-11-30 or 2026-11-30T08:00:00Z',
  after: '2026-11-30 or 2026-11-30T08:00:00Z',
  in_cidr: '10.0.0.0/8, 2001:db8::/32',
};

/** "plan · is one of · pro, team". The text of the values is kept as typed until it is read. */
export function ClauseRow({
  clause,
  disabled,
  removable,
  operators = OPERATORS,
  onChange,
  onRemove,
}: ClauseRowProps) {
  const [text, setText] = useState(() =>
    clause.operator === 'in_segment' ? '' : writeValues(clause.values, clause.operator),
  );
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Input
        aria-label="Attribute"
        placeholder="attribute"
        value={clause.attribute}
        disabled={disabled || clause.operator === 'in_segment'}
        onChange={({ target }) => {
          onChange({ ...clause, attribute: target.value });
        }}
        className="w-36 font-mono text-xs"
      />
      <Select
        aria-label="Operator"
        value={clause.operator}
        disabled={disabled}
        onChange={({ target }) => {
          const operator = OPERATORS.find((one) => one === target.value) ?? 'in';
          onChange(withOperator(clause, operator, text));
        }}
        className="w-40"
      >
        {operators.map((operator) => (
          <option key={operator} value={operator}>
            {OPERATOR_WORDS[operator]}
          </option>
        ))}
      </Select>
      {clause.operator === 'in_segment' ? (
        <SegmentPicker
          value={clause.values.map(String)}
          disabled={disabled}
          onChange={(keys) => {
            onChange({ ...clause, values: keys });
          }}
          fallback={<span className="flex-1 font-mono text-xs">{writeValues(clause.values)}</span>}
        />
      ) : (
        <Values
          clause={clause}
          text={text}
          disabled={disabled}
          onText={(next) => {
            setText(next);
            onChange({ ...clause, values: readValues(next, clause.operator) });
          }}
        />
      )}
      <Flags clause={clause} disabled={disabled} onChange={onChange} />
      {removable ? (
        <Button
          variant="ghost"
          size="icon-sm"
          aria-label="Remove clause"
          disabled={disabled}
          onClick={onRemove}
        >
          <X size={14} aria-hidden />
        </Button>
      ) : null}
    </div>
  );
}
