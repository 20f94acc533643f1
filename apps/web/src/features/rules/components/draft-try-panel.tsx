'use client';

import type { Rule, Segment } from '@recloser/core';
import { useDeferredValue, useMemo, useState } from 'react';
import { Callout } from '@/components/ui/callout';
import { Panel } from '@/components/ui/panel';
import { Segmented } from '@/components/ui/segmented';
import { Tag } from '@/components/ui/tag';
import { useBreakerOfPage } from '@/features/breaker/components/breaker-context';
import { RuleExplanations } from '@/features/breaker/components/rule-explanations';
import { TrialVerdict } from '@/features/breaker/components/trial-verdict';
import { TryFields } from '@/features/breaker/components/try-fields';
import { contextIn, explainTry, type TypedContext } from '@/features/breaker/try-result';
import { type Assumed, changedVerdicts, type DraftTrial, tryDraft } from '../draft-trial';

const STATES = [
  { value: 'now', label: 'As it is now' },
  { value: 'closed', label: 'Closed' },
  { value: 'not_closed', label: 'Not closed' },
] as const;

interface DraftTryPanelProps {
  /** As they are typed, saved or not. */
  readonly rules: readonly Rule[];
  readonly segments: readonly Segment[] | undefined;
  /** They differ from the saved ones. */
  readonly unsaved: boolean;
  /** The text of the rules cannot be read: `rules` is what it said last. */
  readonly unreadable: boolean;
}

interface AnswerProps {
  readonly trial: DraftTrial;
  readonly who: string;
  readonly unsaved: boolean;
}

function Answer({ trial, who, unsaved }: AnswerProps) {
  const { seq } = useBreakerOfPage();
  const { draft, saved, difference } = trial;
  return (
    <TrialVerdict
      tried={draft}
      who={who}
      seq={seq}
      aside={<Tag>{unsaved ? 'draft' : 'saved'}</Tag>}
    >
      {unsaved ? (
        <div className="mt-3 flex flex-col gap-2 text-xs text-fg-2" aria-live="polite">
          {difference === null ? (
            <p>The saved rules give the same answer.</p>
          ) : (
            <>
              <Callout>{difference}</Callout>
              <p>
                <Tag>saved</Tag> {saved.admitted ? 'Admitted' : 'Rejected'}. {explainTry(saved)}
              </p>
            </>
          )}
        </div>
      ) : null}
      <RuleExplanations
        rules={draft.rules}
        changed={unsaved ? changedVerdicts(trial) : undefined}
      />
    </TrialVerdict>
  );
}

/** Is this account let in by the rules as they stand in the editor? Answers while one types, in this browser. */
export function DraftTryPanel({ rules, segments, unsaved, unreadable }: DraftTryPanelProps) {
  const { view, cohortKey } = useBreakerOfPage();
  const [typed, setTyped] = useState<TypedContext | null>(null);
  const [assumed, setAssumed] = useState<Assumed>('now');
  // Typing goes first: an answer for many rules may come a moment later.
  const asked = useDeferredValue(rules);
  const trial = useMemo(
    () =>
      typed === null || typed.problem !== null
        ? null
        : tryDraft({ view, rules: asked, segments, context: typed.context, assumed }),
    [view, asked, segments, typed, assumed],
  );
  return (
    <Panel title="Test targeting" labelledBy="try-title">
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
        }}
        onInput={({ currentTarget }) => {
          setTyped(contextIn(new FormData(currentTarget), cohortKey));
        }}
      >
        <TryFields cohortKey={cohortKey} />
      </form>
      <div className="mt-3">
        <Segmented
          label="State of the breaker"
          value={assumed}
          options={STATES}
          onChange={setAssumed}
        />
      </div>
      <div className="mt-4 border-t border-line pt-4">
        {unreadable ? (
          <Callout className="mb-3">
            The JSON cannot be read: this is what it said when it could.
          </Callout>
        ) : null}
        {trial === null || typed === null || typed.problem !== null ? (
          <p className="text-sm text-fg-2" role={typed === null ? undefined : 'status'}>
            {typed?.problem ??
              'Updates as you type, using the rules shown here, including unsaved edits.'}
          </p>
        ) : (
          <Answer trial={trial} who={typed.who} unsaved={unsaved} />
        )}
      </div>
    </Panel>
  );
}
