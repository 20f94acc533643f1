'use client';

import { type Clause, OPERATORS, type RuleProblem, validateSegment } from '@recloser/core';
import type { SegmentInfo } from '@recloser/protocol';
import { Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Dialog, DialogFooter } from '@/components/ui/dialog';
import { Field, Input } from '@/components/ui/field';
import { ReasonField } from '@/features/actions/components/reason-field';
import { usePlace } from '@/features/live/live-provider';
import { ClauseNotes } from '@/features/rules/components/clause-notes';
import { ClauseRow } from '@/features/rules/components/clause-row';
import { clauseWords } from '@/features/rules/rule-text';
import { ApiError, messageOf } from '@/lib/problem';
import { createSegment, editSegment, useSegments } from '../api/segments';

const REASONS = ['Agreed in review', 'New members', 'Was wrong'];
/** A segment cannot name another one. */
const CLAUSE_OPERATORS = OPERATORS.filter((operator) => operator !== 'in_segment');
const NO_CLAUSE: Clause = { attribute: '', operator: 'in', values: [] };

interface Draft {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly clauses: readonly Clause[];
}

interface SegmentDialogProps {
  /** null: a new one. */
  readonly segment: SegmentInfo | null;
  readonly onClose: () => void;
}

interface ClausesProps {
  readonly clauses: readonly Clause[];
  readonly problems: readonly RuleProblem[];
  readonly onChange: (clauses: readonly Clause[]) => void;
}

function Clauses({ clauses, problems, onChange }: ClausesProps) {
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-xs font-medium text-fg-2">Who: all of these hold</legend>
      {clauses.map((clause, index) => (
        <ClauseRow
          key={index}
          clause={clause}
          disabled={false}
          removable={clauses.length > 1}
          operators={CLAUSE_OPERATORS}
          onChange={(next) => {
            onChange(clauses.with(index, next));
          }}
          onRemove={() => {
            onChange(clauses.toSpliced(index, 1));
          }}
        />
      ))}
      <Button
        variant="ghost"
        size="sm"
        className="w-fit"
        onClick={() => {
          onChange([...clauses, NO_CLAUSE]);
        }}
      >
        <Plus size={13} aria-hidden /> and…
      </Button>
      <ClauseNotes problems={problems} clauses={clauses} />
    </fieldset>
  );
}

/** Somebody else has saved first: theirs beside mine. */
function Theirs({ theirs, onTake }: { readonly theirs: SegmentInfo; readonly onTake: () => void }) {
  return (
    <Callout
      kind="problem"
      action={
        <Button size="sm" onClick={onTake}>
          Take theirs
        </Button>
      }
    >
      Somebody saved version {theirs.revision} meanwhile:{' '}
      {theirs.clauses.map(clauseWords).join(' and ')}. Saving again replaces it with what stands
      above.
    </Callout>
  );
}

function useSaving(segment: SegmentInfo | null, onClose: () => void) {
  const place = usePlace();
  const { mutate } = useSegments();
  const [base, setBase] = useState(segment);
  const [theirs, setTheirs] = useState<SegmentInfo | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  async function save({ key, name, description, clauses }: Draft, reason: string) {
    setProblem(null);
    const settings = { description, clauses: clauses.map(copyOf), reason };
    try {
      if (base === null) {
        const named = name.trim() === '' ? {} : { name };
        await createSegment(place, { key, ...named, ...settings });
      } else {
        await editSegment(place, base, { name, ...settings });
      }
      await mutate();
      onClose();
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'version_conflict') {
        setProblem(messageOf(error));
        return;
      }
      const now = (await mutate())?.find((one) => one.key === key) ?? null;
      setTheirs(now);
      setBase(now);
    }
  }
  return { save, problem, theirs, setTheirs };
}

function copyOf(clause: Clause): SegmentInfo['clauses'][number] {
  return { ...clause, values: [...clause.values] };
}

function draftOf(segment: SegmentInfo | null): Draft {
  if (segment === null) return { key: '', name: '', description: '', clauses: [NO_CLAUSE] };
  const { key, name, description, clauses } = segment;
  return { key, name, description, clauses };
}

interface NamesProps {
  readonly draft: Draft;
  readonly isNew: boolean;
  readonly problems: readonly RuleProblem[];
  readonly onEdit: (part: Partial<Draft>) => void;
}

function Names({ draft: { key, name }, isNew, problems, onEdit }: NamesProps) {
  const keyProblem = problems.find(({ path }) => path === 'key');
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field
        label="Key"
        error={key === '' ? undefined : keyProblem?.message}
        hint="For rules and files; it stays."
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

export function SegmentDialog({ segment, onClose }: SegmentDialogProps) {
  const [draft, setDraft] = useState(() => draftOf(segment));
  /** Makes new rows when everything is replaced, as rows keep the text that is being typed. */
  const [taken, setTaken] = useState(0);
  const [reason, setReason] = useState('');
  const { save, problem, theirs, setTheirs } = useSaving(segment, onClose);
  const problems = useMemo(() => validateSegment(draft), [draft]);
  const users = segment?.usedBy.length ?? 0;
  const edit = (part: Partial<Draft>) => {
    setDraft({ ...draft, ...part });
  };
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={segment === null ? 'New segment' : `Edit ${segment.name}`}
      description={
        users === 0
          ? 'Rules name it by its key.'
          : `The rules of ${users === 1 ? 'one breaker' : `${users} breakers`} change with it, at once.`
      }
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (problems.length === 0) void save(draft, reason.trim());
        }}
      >
        <Names draft={draft} isNew={segment === null} problems={problems} onEdit={edit} />
        <Clauses
          key={taken}
          clauses={draft.clauses}
          problems={problems.filter(({ path }) => path !== 'key')}
          onChange={(clauses) => {
            edit({ clauses });
          }}
        />
        {theirs === null ? null : (
          <Theirs
            theirs={theirs}
            onTake={() => {
              setDraft(draftOf(theirs));
              setTaken(taken + 1);
              setTheirs(null);
            }}
          />
        )}
        <ReasonField value={reason} suggestions={REASONS} autoFocus={false} onChange={setReason} />
        {problem === null ? null : <Callout kind="problem">{problem}</Callout>}
        <DialogFooter>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            variant="solid"
            disabled={problems.length > 0 || reason.trim() === ''}
          >
            {segment === null ? 'Create segment' : 'Save segment'}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
