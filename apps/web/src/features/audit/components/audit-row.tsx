'use client';

import type { AuditEntry } from '@recloser/protocol';
import { ChevronRight, Link2 } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { Clock } from '@/components/ui/time';
import { usePlace } from '@/features/live/live-provider';
import { cn } from '@/lib/cn';
import { routes } from '@/lib/routes';
import { actionWord } from '@/lib/vocabulary';
import { EntryDetail } from './entry-detail';
import { StandingOf } from './standing-of';

function whyOf({ reason, evidence }: AuditEntry): string {
  return reason === '' ? (evidence?.summary ?? '') : `“${reason}”`;
}

export function AuditRow({ entry }: { readonly entry: AuditEntry }) {
  const place = usePlace();
  const [open, setOpen] = useState(false);
  return (
    <li className="border-b border-line last:border-b-0">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => {
          setOpen(!open);
        }}
        className="grid w-full grid-cols-[1rem_minmax(0,1fr)] gap-x-3 gap-y-1 px-4 py-3 text-left hover:bg-hover focus-visible:-outline-offset-2 md:grid-cols-[1rem_11rem_8rem_13rem_minmax(0,1fr)] md:items-center"
      >
        <ChevronRight
          size={14}
          aria-hidden
          className={cn(
            'text-fg-3 transition-transform max-md:row-span-4 max-md:mt-0.5',
            open && 'rotate-90',
          )}
        />
        <span className="text-xs text-fg-2">
          <Clock at={entry.at} withDate />
        </span>
        <span className="truncate text-sm">{entry.actor.name}</span>
        <span className="flex flex-wrap items-center gap-x-2">
          <span className="text-sm font-medium">{actionWord(entry.action)}</span>
          <StandingOf value={entry.after} />
        </span>
        <span className="num min-w-0 truncate text-sm text-fg-2">
          {entry.breaker === null ? null : (
            <span className="mr-2 font-mono text-xs text-fg">{entry.breaker}</span>
          )}
          {whyOf(entry)}
        </span>
      </button>
      {open ? (
        <div className="animate-fade border-t border-line bg-sunken px-4 py-4 md:pl-11">
          <EntryDetail entry={entry} />
          <Link
            href={routes.auditEvent(place, entry.id)}
            className="mt-4 inline-flex items-center gap-1.5 rounded-sm text-xs text-fg-2 hover:text-fg"
          >
            <Link2 size={13} aria-hidden /> Permalink
          </Link>
        </div>
      ) : null}
    </li>
  );
}
