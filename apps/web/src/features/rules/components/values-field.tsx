'use client';

import type { AttributeValue, Operator } from '@recloser/core';
import { X } from 'lucide-react';
import { useState } from 'react';
import { cn } from '@/lib/cn';
import { readValues, writeValue } from '../value-list';

/** More are shown only when asked for, so many at a time. */
const SHOWN = 30;
const SHOWN_MORE = 200;

const PLACEHOLDERS: Partial<Record<Operator, string>> = {
  before: '2026-11-30 or 2026-11-30T08:00:00Z',
  after: '2026-11-30 or 2026-11-30T08:00:00Z',
  in_cidr: '10.0.0.0/8, 2001:db8::/32',
  matches: 'a pattern, such as ^eu-\\d+$',
};

interface ChipProps {
  readonly value: AttributeValue;
  readonly operator: Operator;
  readonly disabled: boolean;
  readonly onRemove: () => void;
}

function Chip({ value, operator, disabled, onRemove }: ChipProps) {
  const name = writeValue(value, operator);
  return (
    <li className="inline-flex h-6 max-w-full items-center gap-1 rounded-sm border border-line bg-sunken pl-1.5 font-mono text-xs">
      <bdi className="truncate whitespace-pre" title={String(value)}>
        {String(value)}
      </bdi>
      {typeof value === 'string' ? null : (
        <span className="font-sans text-2xs text-fg-3">{typeof value}</span>
      )}
      <button
        type="button"
        aria-label={`Remove ${name}`}
        disabled={disabled}
        onClick={onRemove}
        className="grid size-6 place-items-center text-fg-3 hover:text-fg disabled:opacity-45"
      >
        <X size={12} aria-hidden />
      </button>
    </li>
  );
}

interface Written {
  readonly chips: readonly AttributeValue[];
  /** What is being typed: it counts already, and becomes chips with Enter, Tab or in the next field. */
  readonly text: string;
  /** Both together, as they were told. */
  readonly told: readonly AttributeValue[];
}

/** The list and what is being typed. A list that came from elsewhere replaces both. */
function useWritten({ values, operator, onChange }: ValuesFieldProps) {
  const [written, setWritten] = useState<Written>({ chips: values, text: '', told: values });
  // A list that was told comes back as it is; only one that came from elsewhere is looked at.
  const isOther =
    written.told !== values && JSON.stringify(written.told) !== JSON.stringify(values);
  const { chips, text } = isOther ? { chips: values, text: '' } : written;
  const write = (next: Omit<Written, 'told'>) => {
    const told =
      next.text === '' ? next.chips : [...next.chips, ...readValues(next.text, operator)];
    setWritten({ ...next, told });
    onChange(told);
  };
  return {
    chips,
    text,
    type: (typed: string) => {
      write({ chips, text: typed });
    },
    settle: () => {
      if (text !== '') write({ chips: [...chips, ...readValues(text, operator)], text: '' });
    },
    remove: (index: number) => {
      write({ chips: chips.toSpliced(index, 1), text });
    },
    paste: (pasted: string) => {
      write({ chips: [...chips, ...readValues(text + pasted, operator)], text: '' });
    },
  };
}

interface Found {
  readonly value: AttributeValue;
  readonly index: number;
}

/** The first of the values that hold what is sought, each with its place, and how many there are in all. */
function search(chips: readonly AttributeValue[], sought: string, most: number) {
  const wanted = sought.trim().toLowerCase();
  const found: Found[] = [];
  let count = 0;
  for (const [index, value] of chips.entries()) {
    if (wanted !== '' && !String(value).toLowerCase().includes(wanted)) continue;
    count += 1;
    if (found.length < most) found.push({ value, index });
  }
  return { found, count };
}

interface SearchProps {
  readonly count: number;
  readonly sought: string;
  readonly onSeek: (sought: string) => void;
}

function SearchValues({ count, sought, onSeek }: SearchProps) {
  return (
    <input
      type="search"
      aria-label="Search values"
      placeholder={`search ${count.toLocaleString('en')} values`}
      value={sought}
      onChange={({ target }) => {
        onSeek(target.value);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.preventDefault();
      }}
      className="h-6 w-full bg-transparent text-xs outline-none"
    />
  );
}

interface ValuesFieldProps {
  readonly values: readonly AttributeValue[];
  readonly operator: Operator;
  readonly disabled: boolean;
  readonly onChange: (values: readonly AttributeValue[]) => void;
}

/** A list of values as chips, each with its type where it is no text. Takes pasted lines and CSV. */
export function ValuesField(props: ValuesFieldProps) {
  const { operator, disabled } = props;
  const { chips, text, type, settle, remove, paste } = useWritten(props);
  const [most, setMost] = useState(SHOWN);
  const [sought, setSought] = useState('');
  const { found, count } = search(chips, sought, most);
  return (
    <div
      className={cn(
        'control flex h-auto min-h-8 min-w-40 flex-1 flex-wrap items-center gap-1 rounded-md py-0.5 focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-focus',
        chips.length > 1 && 'basis-72',
      )}
    >
      {chips.length > SHOWN ? (
        <SearchValues count={chips.length} sought={sought} onSeek={setSought} />
      ) : null}
      {chips.length === 0 ? null : (
        <ul aria-label="Chosen" className="contents">
          {found.map(({ value, index }) => (
            <Chip
              key={`${index} ${typeof value} ${String(value)}`}
              value={value}
              operator={operator}
              disabled={disabled}
              onRemove={() => {
                remove(index);
              }}
            />
          ))}
        </ul>
      )}
      {found.length < count ? (
        <button
          type="button"
          onClick={() => {
            setMost(most + SHOWN_MORE);
          }}
          className="num h-6 rounded-sm px-1.5 text-xs text-fg-2 hover:text-fg"
        >
          {count - found.length} more
        </button>
      ) : null}
      <input
        aria-label="Values"
        value={text}
        disabled={disabled}
        spellCheck={false}
        placeholder={
          chips.length > 0 ? 'add' : (PLACEHOLDERS[operator] ?? 'values; paste lines or CSV')
        }
        onChange={({ target }) => {
          type(target.value);
        }}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Enter' && text !== '') event.preventDefault();
          if (event.key === 'Enter' || event.key === 'Tab') settle();
          if (event.key === 'Backspace' && text === '' && chips.length > 0)
            remove(chips.length - 1);
        }}
        onPaste={(event) => {
          const pasted = event.clipboardData.getData('text');
          if (!/[\n,]/.test(pasted)) return;
          event.preventDefault();
          paste(pasted);
        }}
        onBlur={({ relatedTarget: next }) => {
          // Not for a button: chips take more room, and the click that leaves the field would miss it.
          if (next instanceof HTMLInputElement || next instanceof HTMLTextAreaElement) settle();
        }}
        className="h-6 min-w-24 flex-1 bg-transparent font-mono text-xs outline-none"
      />
    </div>
  );
}
