'use client';

import { GitCompareArrows } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Panel } from '@/components/ui/panel';
import { Clock } from '@/components/ui/time';
import { plural } from '@/lib/format';
import { type Subject, useLastEvent } from '../api/use-last-event';
import { BOTH_VERSIONS_ID } from '../show-both-versions';
import type { Side } from '../three-way';
import type { Overtaken } from '../use-draft';
import { FieldVersionsItem } from './field-versions-item';

interface BothVersionsProps {
  /** What is being edited, with its version as saved now. */
  readonly subject: Subject & { readonly revision: number };
  /** The configuration version that the draft began with. */
  readonly revision: number;
  readonly overtaken: Overtaken;
  /** Why mine cannot go on top of theirs yet; null: it can. */
  readonly blocked?: string | null;
}

function Who({ subject, revision }: Pick<BothVersionsProps, 'subject' | 'revision'>) {
  const entry = useLastEvent(subject, 'edit', subject.revision);
  return (
    <p className="text-sm text-pretty">
      <strong className="font-semibold">
        <bdi>{entry?.actor.name ?? 'Somebody'}</bdi> saved version {subject.revision}
      </strong>{' '}
      {entry === undefined ? null : <Clock at={entry.at} />} while you were editing version{' '}
      {revision}.
      {entry === undefined || entry.reason === '' ? null : (
        <span className="text-fg-2"> “{entry.reason}”</span>
      )}
    </p>
  );
}

/** What somebody else has saved beside what is being edited here, and the two ways on. */
export function BothVersions(props: BothVersionsProps) {
  const { overtaken, blocked = null } = props;
  const { fields, takeTheirs, keepMine } = overtaken;
  const [choices, setChoices] = useState<ReadonlyMap<string, Side>>(new Map());
  const conflicts = fields.filter(({ changedBy }) => changedBy === 'conflict');
  const rest = fields.filter(({ changedBy }) => changedBy !== 'conflict');
  return (
    <Panel
      title={
        <span className="flex items-center gap-2">
          <GitCompareArrows size={15} aria-hidden /> Theirs and yours
        </span>
      }
      labelledBy={BOTH_VERSIONS_ID}
      className="mb-4 border-line-strong"
    >
      <div role="status" className="flex flex-col gap-1">
        <Who {...props} />
        <p className="text-sm text-fg-2">
          {conflicts.length === 0
            ? 'You have changed different things: yours goes on top of theirs as it is.'
            : `Both of you have changed ${plural(conflicts.length, 'thing')}: choose.`}
        </p>
      </div>
      <ul className="mt-4 divide-y divide-line border-y border-line">
        {[...conflicts, ...rest].map((field) => (
          <FieldVersionsItem
            key={field.id}
            field={field}
            chosen={choices.get(field.id) ?? 'mine'}
            onChoose={(side) => {
              setChoices(new Map(choices).set(field.id, side));
            }}
          />
        ))}
      </ul>
      {blocked === null ? null : (
        <Callout kind="problem" className="mt-4">
          {blocked}
        </Callout>
      )}
      <div className="mt-4 flex flex-wrap justify-end gap-2">
        <Button onClick={takeTheirs}>Take theirs</Button>
        <Button
          variant="solid"
          disabled={blocked !== null}
          onClick={() => {
            keepMine(choices);
          }}
        >
          Keep mine on top of theirs
        </Button>
      </div>
    </Panel>
  );
}
