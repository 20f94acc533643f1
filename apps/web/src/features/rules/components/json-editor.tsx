'use client';

import type { Rule } from '@recloser/core';
import { useState } from 'react';
import { Field, Textarea } from '@/components/ui/field';
import { parseRules } from '../parse-rules';

interface JsonEditorProps {
  readonly rules: readonly Rule[];
  readonly disabled: boolean;
  readonly onChange: (rules: readonly Rule[]) => void;
  /** While it is no valid list, nothing may be saved. */
  readonly onProblem: (problem: string | null) => void;
}

export function JsonEditor({ rules, disabled, onChange, onProblem }: JsonEditorProps) {
  const [text, setText] = useState(() => JSON.stringify(rules, null, 2));
  const parsed = parseRules(text);
  return (
    <Field
      label="Rules as JSON"
      hint="Operators, values and effects as in the API."
      error={parsed.ok ? undefined : parsed.message}
    >
      {(ids) => (
        <Textarea
          {...ids}
          rows={20}
          spellCheck={false}
          value={text}
          disabled={disabled}
          onChange={({ target }) => {
            setText(target.value);
            const next = parseRules(target.value);
            onProblem(next.ok ? null : next.message);
            if (next.ok) onChange(next.rules);
          }}
          className="scroll-thin font-mono text-xs leading-5"
        />
      )}
    </Field>
  );
}
