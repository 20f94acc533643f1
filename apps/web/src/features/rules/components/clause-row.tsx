'use client';

import { type Clause, OPERATORS } from '@recloser/core';
import { X } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Input, Select } from '@/components/ui/field';
import { OPERATOR_WORDS, readValues, writeValues } from '../rule-text';

interface ClauseRowProps {
  readonly clause: Clause;
  readonly disabled: boolean;
  readonly removable: boolean;
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

/** "plan · is one of · pro, team". The text of the values is kept as typed until it is read. */
export function ClauseRow({ clause, disabled, removable, onChange, onRemove }: ClauseRowProps) {
  const [text, setText] = useState(() => writeValues(clause.values));
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Input
        aria-label="Attribute"
        placeholder="attribute"
        value={clause.attribute}
        disabled={disabled}
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
          onChange({ ...clause, operator, values: operator === 'exists' ? [] : readValues(text) });
        }}
        className="w-32"
      >
        {OPERATORS.map((operator) => (
          <option key={operator} value={operator}>
            {OPERATOR_WORDS[operator]}
          </option>
        ))}
      </Select>
      {clause.operator === 'exists' ? null : (
        <Input
          aria-label="Values"
          placeholder="values, separated by commas"
          value={text}
          disabled={disabled}
          onChange={({ target }) => {
            setText(target.value);
            onChange({ ...clause, values: readValues(target.value) });
          }}
          className="min-w-40 flex-1 font-mono text-xs"
        />
      )}
      <Flag
        label="not"
        on={clause.negate === true}
        disabled={disabled}
        onChange={(negate) => {
          onChange({ ...clause, negate });
        }}
      />
      <Flag
        label="any case"
        on={clause.ignoreCase === true}
        disabled={disabled}
        onChange={(ignoreCase) => {
          onChange({ ...clause, ignoreCase });
        }}
      />
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
