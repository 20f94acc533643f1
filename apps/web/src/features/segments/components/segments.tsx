'use client';

import type { SegmentInfo } from '@recloser/protocol';
import { Pencil, Plus, Trash2, UsersRound } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { PanelStatus } from '@/components/ui/panel-status';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { clauseWords } from '@/features/rules/rule-text';
import { useMay } from '@/features/session/session-context';
import { PageHeader } from '@/features/shell/components/page-header';
import { useHydrated } from '@/lib/clock';
import { cn } from '@/lib/cn';
import { lazyPart } from '@/lib/lazy-part';
import { routes } from '@/lib/routes';
import { useSegments } from '../api/segments';

const SegmentDialog = lazyPart(() =>
  import('./segment-dialog').then((module) => module.SegmentDialog),
);
const RemoveDialog = lazyPart(() =>
  import('./remove-dialog').then((module) => module.RemoveDialog),
);

/** Values of a long list that its card shows. */
const TOLD = 10;

type Doing =
  { readonly kind: 'create' } | { readonly kind: 'edit' | 'remove'; readonly segment: SegmentInfo };

function UsedBy({ segment: { usedBy } }: { readonly segment: SegmentInfo }) {
  const place = useEnvironmentRef();
  if (usedBy.length === 0) return <span className="text-fg-3">No rule names it.</span>;
  return (
    <>
      <span className="text-fg-3">Named by </span>
      {usedBy.slice(0, 8).map((key, index) => (
        <span key={key}>
          {index === 0 ? '' : ', '}
          <Link
            href={routes.rules(place, key)}
            dir="auto"
            className="rounded-sm underline decoration-line-strong underline-offset-2 hover:decoration-fg-2"
          >
            {key}
          </Link>
        </span>
      ))}
      {usedBy.length > 8 ? ` and ${usedBy.length - 8} more` : null}
    </>
  );
}

interface CardProps {
  readonly segment: SegmentInfo;
  readonly onDo: (doing: Doing) => void;
}

/** Takes who came by a link to one segment to it: its card is there only after the page. */
function bringIntoView(card: HTMLElement | null): void {
  card?.scrollIntoView({ block: 'center' });
}

function SegmentCard({ segment, onDo }: CardProps) {
  const mayEdit = useMay('operator');
  const { key, name, description, clauses, counts } = segment;
  const sought = useHydrated() && window.location.hash === `#${key}`;
  return (
    <li
      ref={sought ? bringIntoView : null}
      className={cn(
        'rounded-xl border bg-surface px-4 py-3',
        sought ? 'border-fg-2' : 'border-line',
      )}
    >
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="truncate text-sm font-semibold tracking-tight" dir="auto">
            {name}
          </h2>
          <p className="truncate font-mono text-xs text-fg-3">{key}</p>
        </div>
        {mayEdit ? (
          <div className="flex gap-1">
            <Button
              variant="ghost"
              size="icon-sm"
              aria-label={`Edit ${key}`}
              onClick={() => {
                onDo({ kind: 'edit', segment });
              }}
            >
              <Pencil size={14} aria-hidden />
            </Button>
            <Button
              variant="ghost"
              size="icon-sm"
              aria-label={`Remove ${key}`}
              onClick={() => {
                onDo({ kind: 'remove', segment });
              }}
            >
              <Trash2 size={14} aria-hidden />
            </Button>
          </div>
        ) : null}
      </div>
      {description === '' ? null : <p className="mt-1 text-sm text-fg-2">{description}</p>}
      <ul className="mt-2 flex flex-col gap-1 text-sm">
        {clauses.map((clause, index) => (
          <li key={index} className="line-clamp-2 break-words" dir="auto">
            {index === 0 ? '' : <span className="text-fg-3">and </span>}
            {counts?.[index] === undefined || counts[index] <= TOLD ? (
              clauseWords(clause)
            ) : (
              <>
                <span className="num text-fg-3">{counts[index].toLocaleString('en')} values: </span>
                {clauseWords({ ...clause, values: clause.values.slice(0, TOLD) })}…
              </>
            )}
          </li>
        ))}
      </ul>
      <p className="mt-2 text-xs break-words">
        <UsedBy segment={segment} />
      </p>
    </li>
  );
}

function SegmentList({ onDo }: Pick<CardProps, 'onDo'>) {
  const { data, error, mutate } = useSegments();
  if (data === undefined)
    return <PanelStatus error={error} onRetry={() => void mutate()} lines={4} />;
  if (data.length === 0) {
    return (
      <div className="rounded-xl border border-line bg-surface">
        <EmptyState icon={UsersRound} title="No segments yet">
          A segment is a named group of contexts, such as staff or the batch jobs. Rules of many
          breakers can name it, and one edit changes them all.
        </EmptyState>
      </div>
    );
  }
  return (
    <ul className="grid gap-3 lg:grid-cols-2">
      {data.map((segment) => (
        <SegmentCard key={segment.key} segment={segment} onDo={onDo} />
      ))}
    </ul>
  );
}

/** Named groups of contexts that rules share. */
export function Segments() {
  const [doing, setDoing] = useState<Doing | null>(null);
  const mayEdit = useMay('operator');
  const close = () => {
    setDoing(null);
  };
  return (
    <div>
      <PageHeader
        title="Segments"
        description="Named groups for rules. An edit reaches every breaker that names one, at once."
        actions={
          mayEdit ? (
            <Button
              variant="solid"
              onClick={() => {
                setDoing({ kind: 'create' });
              }}
            >
              <Plus size={14} aria-hidden /> New segment
            </Button>
          ) : undefined
        }
      />
      <SegmentList onDo={setDoing} />
      {doing?.kind === 'create' ? <SegmentDialog segment={null} onClose={close} /> : null}
      {doing?.kind === 'edit' ? <SegmentDialog segment={doing.segment} onClose={close} /> : null}
      {doing?.kind === 'remove' ? <RemoveDialog segment={doing.segment} onClose={close} /> : null}
    </div>
  );
}
