'use client';

import { CircleSlash } from 'lucide-react';
import Link from 'next/link';
import { Elapsed } from '@/components/ui/time';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { formatDuration, plural } from '@/lib/format';
import { routes } from '@/lib/routes';
import type { OutageGroup } from '../outage-groups';
import { AuditRow } from './audit-row';
import { FoldingRow } from './folding-row';

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
  const place = useEnvironmentRef();
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

function OutageSentence({ outage }: { readonly outage: OutageGroup }) {
  const { breaker, endedAt, failedRounds, cause, entries } = outage;
  return (
    <>
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
    </>
  );
}

/** One outage in a list of events: since when, how long, why, and what evidence did in it. */
export function OutageRow({ outage }: { readonly outage: OutageGroup }) {
  return (
    <FoldingRow at={outage.startedAt} told={<OutageSentence outage={outage} />}>
      <FailedRounds outage={outage} />
      <ol>
        {outage.entries.map((entry) => (
          <AuditRow key={entry.id} entry={entry} />
        ))}
      </ol>
    </FoldingRow>
  );
}
