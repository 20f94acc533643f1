'use client';

import { type Clause, type Operator, OPERATORS, SEGMENT_ATTRIBUTE } from '@recloser/core';
import { X } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Input, Select } from '@/components/ui/field';
import { lazyPart } from '@/lib/lazy-part';
import { OPERATOR_WORDS } from '../rule-text';
import { writeValues } from '../value-list';
import { ValuesField } from './values-field';

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

/** A segment is asked about the whole context: its attribute goes with the operator, and its values are keys. */
function withOperator(clause: Clause, operator: Operator): Clause {
  if (operator === 'in_segment') {
    return { ...clause, operator, attribute: SEGMENT_ATTRIBUTE, values: [] };
  }
  const wasSegment = clause.operator === 'in_segment';
  const attribute = wasSegment ? '' : clause.attribute;
  const values = wasSegment || operator === 'exists' ? [] : clause.values;
  return { ...clause, operator, attribute, values };
}

/** "plan · is one of · pro, team". */
export function ClauseRow({
  clause,
  disabled,
  removable,
  operators = OPERATORS,
  onChange,
  onRemove,
}: ClauseRowProps) {
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
          onChange(withOperator(clause, operator));
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
      ) : clause.operator === 'exists' ? null : (
        <ValuesField
          values={clause.values}
          operator={clause.operator}
          disabled={disabled}
          onChange={(values) => {
            onChange({ ...clause, values });
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
