'use client';

import type { AuditEntry } from '@recloser/protocol';
import { Link2 } from 'lucide-react';
import Link from 'next/link';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { routes } from '@/lib/routes';
import { sentenceOf } from '../sentence';
import { EntryDetail } from './entry-detail';
import { FoldingRow } from './folding-row';
import { RecordedStateLabel } from './recorded-state-label';

function EventSentence({ entry }: { readonly entry: AuditEntry }) {
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
        <RecordedStateLabel value={entry.after} />
      </span>
      <span className="num min-w-0 truncate text-sm text-fg-2">{why}</span>
    </>
  );
}

export function AuditRow({ entry }: { readonly entry: AuditEntry }) {
  const place = useEnvironmentRef();
  return (
    <FoldingRow at={entry.at} told={<EventSentence entry={entry} />} className="px-4 py-4 md:pl-11">
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
    </FoldingRow>
  );
}
