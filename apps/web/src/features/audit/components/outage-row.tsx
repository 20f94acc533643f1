'use client';

import { ChevronRight, CircleSlash } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { Clock, Elapsed } from '@/components/ui/time';
import { usePlace } from '@/features/live/live-provider';
import { cn } from '@/lib/cn';
import { formatDuration, plural } from '@/lib/format';
import { routes } from '@/lib/routes';
import type { OutageGroup } from '../outage-groups';
import { AuditRow } from './audit-row';

function Length({ outage }: { readonly outage: OutageGroup }) {
  const { startedAt, endedAt } = outage;
  return endedAt === null ? (
    <Elapsed since={startedAt} />
  ) : (
    <span className="num">{formatDuration(endedAt - startedAt)}</span>
  );
}

interface FailedRoundsProps {
  readonly outage: OutageGroup;
}

/** The probe rounds that the list folds, with a way to see each. */
function FailedRounds({ outage }: FailedRoundsProps) {
  const place = usePlace();
  if (outage.failedRounds === 0) return null;
  return (
    <p className="num border-b border-line px-4 py-2.5 text-sm text-fg-2 md:pl-11">
      {plural(outage.failedRounds, 'probe round')} failed meanwhile.{' '}
      <Link
        href={`${routes.auditOf(place, outage.breaker)}&action=transition.probe_failed`}
        className="rounded-sm underline underline-offset-2 hover:text-fg"
      >
        List each
      </Link>
    </p>
  );
}

/** One outage in a list of events: since when, how long, why, and what evidence did in it. */
export function OutageRow({ outage }: { readonly outage: OutageGroup }) {
  const [open, setOpen] = useState(false);
  const { breaker, startedAt, endedAt, failedRounds, cause, entries } = outage;
  return (
    <li className="border-b border-line last:border-b-0">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => {
          setOpen(!open);
        }}
        className="grid w-full grid-cols-[1rem_minmax(0,1fr)] gap-x-3 gap-y-1 px-4 py-3 text-left hover:bg-hover focus-visible:-outline-offset-2 md:grid-cols-[1rem_12.5rem_minmax(0,24rem)_minmax(0,1fr)] md:items-center"
      >
        <ChevronRight
          size={14}
          aria-hidden
          className={cn(
            'text-fg-3 transition-transform max-md:row-span-3 max-md:mt-0.5',
            open && 'rotate-90',
          )}
        />
        <span className="text-xs text-fg-2">
          <Clock at={startedAt} withDate />
        </span>
        <span className="flex min-w-0 flex-wrap items-baseline gap-x-1.5 text-sm">
          <bdi className="font-mono text-xs break-all">{breaker}</bdi>
          <span className="font-medium">Outage</span>
          <span className="num inline-flex items-center gap-1 text-xs text-fg-2">
            {endedAt === null ? <CircleSlash size={12} className="text-open" aria-hidden /> : null}
            <span>
              <Length outage={outage} />
              {endedAt === null ? ' so far' : ''} · {plural(entries.length, 'event')}
              {failedRounds === 0 ? '' : ` · ${plural(failedRounds, 'failed probe round')}`}
            </span>
          </span>
        </span>
        <span className="num min-w-0 truncate text-sm text-fg-2">{cause}</span>
      </button>
      {open ? (
        <div className="animate-fade border-t border-line bg-sunken">
          <FailedRounds outage={outage} />
          <ol>
            {entries.map((entry) => (
              <AuditRow key={entry.id} entry={entry} />
            ))}
          </ol>
        </div>
      ) : null}
    </li>
  );
}
