import { OPERATORS, type RuleProblem } from '@recloser/core';
import { Plus } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { ClauseNotes } from '@/features/rules/components/clause-notes';
import { ClauseRow } from '@/features/rules/components/clause-row';
import type { SegmentDraft } from '../segment-merge';
import { NO_CLAUSE } from '../use-segment-editing';

/** A segment cannot name another one. */
const CLAUSE_OPERATORS = OPERATORS.filter((operator) => operator !== 'in_segment');

interface FieldsProps {
  readonly draft: SegmentDraft;
  readonly problems: readonly RuleProblem[];
  readonly onEdit: (part: Partial<SegmentDraft>) => void;
}

/** Its key, which stays, and its name. */
export function Names({
  draft: { key, name },
  isNew,
  problems,
  onEdit,
}: FieldsProps & { readonly isNew: boolean }) {
  const keyProblem = problems.find(({ path }) => path === 'key');
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field
        label="Key"
        error={key === '' ? undefined : keyProblem?.message}
        hint="Used in rules and YAML; can’t be changed."
      >
        {(ids) => (
          <Input
            {...ids}
            value={key}
            disabled={!isNew}
            autoFocus={isNew}
            placeholder="staff"
            className="font-mono"
            onChange={({ target }) => {
              onEdit({ key: target.value });
            }}
          />
        )}
      </Field>
      <Field label="Name">
        {(ids) => (
          <Input
            {...ids}
            value={name}
            autoFocus={!isNew}
            maxLength={120}
            placeholder="Our own people"
            onChange={({ target }) => {
              onEdit({ name: target.value });
            }}
          />
        )}
      </Field>
    </div>
  );
}

/** Who is in it. Rows keep the text that is being typed: they are made anew when everything is replaced. */
export function Clauses({ draft: { clauses }, problems, onEdit }: FieldsProps) {
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-xs font-medium text-fg-2">Match all of</legend>
      {clauses.map((clause, index) => (
        <ClauseRow
          key={index}
          clause={clause}
          disabled={false}
          removable={clauses.length > 1}
          operators={CLAUSE_OPERATORS}
          onChange={(next) => {
            onEdit({ clauses: clauses.with(index, next) });
          }}
          onRemove={() => {
            onEdit({ clauses: clauses.toSpliced(index, 1) });
          }}
        />
      ))}
      <Button
        variant="ghost"
        size="sm"
        className="w-fit"
        onClick={() => {
          onEdit({ clauses: [...clauses, NO_CLAUSE] });
        }}
      >
        <Plus size={13} aria-hidden /> and…
      </Button>
      <ClauseNotes problems={problems.filter(({ path }) => path !== 'key')} clauses={clauses} />
    </fieldset>
  );
}
