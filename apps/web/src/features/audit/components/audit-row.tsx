'use client';

import type { AuditEntry } from '@recloser/protocol';
import { ChevronRight, Link2 } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { Clock } from '@/components/ui/time';
import { usePlace } from '@/features/live/live-provider';
import { cn } from '@/lib/cn';
import { routes } from '@/lib/routes';
import { sentenceOf } from '../sentence';
import { EntryDetail } from './entry-detail';
import { StandingOf } from './standing-of';

function Told({ entry }: { readonly entry: AuditEntry }) {
  const { who, verb, about, part, why, acted } = sentenceOf(entry);
  const subject = about === '' ? null : <bdi className="font-mono text-xs break-all">{about}</bdi>;
  const scope = part === '' ? null : <bdi className="font-mono text-xs break-all">{part}</bdi>;
  return (
    <>
      <span className="flex min-w-0 flex-wrap items-baseline gap-x-1.5 text-sm">
        {who === '' ? null : <bdi className="font-medium">{who}</bdi>}
        {acted ? (
          <>
            <span className="text-fg-2">{verb}</span> {scope}
            {scope === null ? null : <span className="text-fg-2">of</span>} {subject}
          </>
        ) : (
          <>
            {subject} <span className="font-medium">{verb}</span> {scope}
          </>
        )}
        <StandingOf value={entry.after} />
      </span>
      <span className="num min-w-0 truncate text-sm text-fg-2">{why}</span>
    </>
  );
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
          <Clock at={entry.at} withDate />
        </span>
        <Told entry={entry} />
      </button>
      {open ? (
        <div className="animate-fade border-t border-line bg-sunken px-4 py-4 md:pl-11">
          <EntryDetail entry={entry} />
          <Link
            href={routes.auditEvent(
              place,
              entry.id,
              entry.chain === 'system' ? 'system' : 'environment',
            )}
            className="mt-4 inline-flex items-center gap-1.5 rounded-sm text-xs text-fg-2 hover:text-fg"
          >
            <Link2 size={13} aria-hidden /> Permalink
          </Link>
        </div>
      ) : null}
    </li>
  );
}
