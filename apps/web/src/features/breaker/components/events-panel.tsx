'use client';

import { partitionName } from '@recloser/core';
import type { AuditEntry, BreakerDetail } from '@recloser/protocol';
import Link from 'next/link';
import { Fragment } from 'react';
import { Panel } from '@/components/ui/panel';
import { Clock, Elapsed } from '@/components/ui/time';
import { RecordedStateLabel } from '@/features/audit/components/recorded-state-label';
import { useMoment } from '@/features/chart/use-moment';
import { IncidentButton } from '@/features/incident/components/incident-button';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { plural } from '@/lib/format';
import { routes } from '@/lib/routes';
import { actionWord } from '@/lib/vocabulary';
import { useLastEvents } from '../api/use-last-events';
import { useBreakerOfPage } from './breaker-context';

interface EventRowProps {
  readonly entry: AuditEntry;
  /** What the page says already, under "Why". */
  readonly said: string | null;
}

function EventRow({ entry, said }: EventRowProps) {
  const place = useEnvironmentRef();
  const scope = entry.evidence?.scope;
  const summary = entry.evidence?.summary ?? '';
  const words = entry.reason === '' ? summary : `“${entry.reason}”`;
  return (
    <li className="relative flex gap-3 border-t border-line px-4 py-2.5 first:border-t-0 hover:bg-hover">
      <span className="w-16 shrink-0 pt-px text-xs text-fg-3">
        <Clock at={entry.at} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 text-sm">
          <Link
            href={routes.auditEvent(place, entry.id)}
            prefetch={false}
            className="font-medium after:absolute after:inset-0"
          >
            {actionWord(entry.action)}
          </Link>
          {scope === undefined ? null : (
            <bdi className="font-mono text-xs break-all text-fg-2">{partitionName(scope)}</bdi>
          )}
          <RecordedStateLabel value={entry.after} />
        </p>
        {words === '' || words === said ? null : (
          <p className="num line-clamp-2 text-xs text-fg-2">{words}</p>
        )}
      </div>
      <span className="max-w-28 truncate pt-px text-xs text-fg-3">{entry.actor.name}</span>
    </li>
  );
}

/** Above the events of one outage: since when, and of the present one for how long. */
function OutageHead({ entry, breaker }: { entry: AuditEntry; breaker: BreakerDetail }) {
  const { outageStartedAt: startedAt } = entry;
  if (startedAt === null) return null;
  const present = breaker.outage?.startedAt === startedAt ? breaker.outage : null;
  return (
    <li className="num border-t border-line bg-sunken px-4 py-1.5 text-xs text-fg-2 first:border-t-0">
      Outage since <Clock at={startedAt} />
      {present === null ? null : (
        <>
          {' · '}
          <Elapsed since={startedAt} />
          {present.failedRounds === 0
            ? ''
            : ` · ${plural(present.failedRounds, 'failed probe round')}`}
        </>
      )}
    </li>
  );
}

/** The probe rounds that failed after an event, which the list folds. */
function FoldedRounds({ entry }: { readonly entry: AuditEntry }) {
  const { foldedRounds } = entry;
  if (foldedRounds === undefined) return null;
  const { count, lastAt } = foldedRounds;
  return (
    <li className="num flex gap-3 border-t border-line px-4 py-2 text-xs text-fg-3 first:border-t-0">
      <span className="w-16 shrink-0">
        <Clock at={lastAt} />
      </span>
      {plural(count, 'probe round')} had failed by then
    </li>
  );
}

interface EventListProps {
  readonly events: readonly AuditEntry[];
  readonly breaker: BreakerDetail;
  readonly said: string | null;
}

function EventList({ events, breaker, said }: EventListProps) {
  return (
    <ol data-live>
      {events.map((entry, index) => {
        const isFirst = entry.outageId !== null && events[index - 1]?.outageId !== entry.outageId;
        return (
          <Fragment key={entry.id}>
            {isFirst ? <OutageHead entry={entry} breaker={breaker} /> : null}
            <FoldedRounds entry={entry} />
            <EventRow entry={entry} said={said} />
          </Fragment>
        );
      })}
    </ol>
  );
}

/** What happened last, from the audit log. */
export function EventsPanel() {
  const breaker = useBreakerOfPage();
  const { key, mode, evidence } = breaker;
  const place = useEnvironmentRef();
  const [{ view }] = useMoment();
  const to = view.kind === 'fixed' ? view.to : null;
  const events = useLastEvents(key, to);
  const said = mode === 'observe' ? (evidence?.summary ?? null) : null;
  return (
    <Panel
      title={
        to === null ? (
          'Last events'
        ) : (
          <>
            Events before <Clock at={to} />
          </>
        )
      }
      labelledBy="events-title"
      bodyClassName="p-0"
      aside={
        <span className="flex items-center gap-3">
          <Link
            href={routes.auditOf(place, key)}
            className="rounded-sm text-xs text-fg-2 hover:text-fg"
          >
            All in the audit log
          </Link>
          <IncidentButton breaker={breaker} />
        </span>
      }
    >
      {events.length === 0 ? (
        <p className="p-4 text-sm text-fg-3">Nothing yet.</p>
      ) : (
        <EventList events={events} breaker={breaker} said={said} />
      )}
    </Panel>
  );
}
