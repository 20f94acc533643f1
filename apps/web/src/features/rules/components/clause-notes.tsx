import type { Clause, RuleProblem } from '@recloser/core';
import { cn } from '@/lib/cn';
import { clauseNotes } from '../clause-notes';

interface ClauseNotesProps {
  readonly problems: readonly RuleProblem[];
  readonly clauses: readonly Clause[];
}

/** What keeps some clauses from being saved: quiet where something is only missing. */
export function ClauseNotes({ problems, clauses }: ClauseNotesProps) {
  return clauseNotes(problems, clauses).map(({ path, kind, text }) => (
    <p key={path} className={cn('text-xs', kind === 'wrong' ? 'text-open' : 'text-fg-2')}>
      {text}
    </p>
  ));
}
