'use client';

import type { AuditEntry } from '@recloser/protocol';
import Link from 'next/link';
import { MARK } from '@/components/state/tones';
import { PanelStatus } from '@/components/ui/panel-status';
import { Elapsed } from '@/components/ui/time';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { cn } from '@/lib/cn';
import { plural } from '@/lib/format';
import { routes } from '@/lib/routes';
import { actionWord } from '@/lib/vocabulary';
import { useLastHour } from '../api/use-last-hour';
import type { LastHour } from '../last-hour';

const BAR_PX = 22;
const STEP_PX = 5;

function Minutes({ hour }: { readonly hour: LastHour }) {
  return (
    <div className="flex items-end gap-px" style={{ height: BAR_PX }} aria-hidden>
      {hour.minutes.map(({ at, count, tone }) => (
        <span
          key={at}
          className={cn(
            'min-w-0 flex-1 rounded-[1px]',
            tone !== null ? MARK[tone] : count === 0 ? 'bg-line' : 'bg-fg-3',
          )}
          style={{ height: count === 0 ? 2 : Math.min(BAR_PX, 4 + count * STEP_PX) }}
        />
      ))}
    </div>
  );
}

function Newest({ entry }: { readonly entry: AuditEntry }) {
  const place = useEnvironmentRef();
  return (
    <p className="num min-w-0 truncate text-xs text-fg-2">
      <span className="text-fg-3">
        <Elapsed since={entry.at} /> ago ·{' '}
      </span>
      <Link
        href={routes.auditEvent(place, entry.id)}
        prefetch={false}
        className="rounded-sm font-medium text-fg hover:underline"
      >
        {entry.breaker === null ? '' : <bdi>{entry.breaker}: </bdi>}
        {actionWord(entry.action)}
      </Link>{' '}
      <span className="text-fg-3">by {entry.actor.name}</span>
    </p>
  );
}

function words({ outages, closings, byHand, newest }: LastHour): string {
  const parts = [
    outages > 0 ? plural(outages, 'outage') : '',
    closings > 0 ? `${closings} closed again` : '',
    byHand > 0 ? `${byHand} by hand` : '',
  ].filter((part) => part !== '');
  if (parts.length > 0) return parts.join(' · ');
  return newest === null ? 'nothing changed' : 'no outage';
}

/** What changed in the last hour: one look says whether it is getting better. */
export function LastHourStrip() {
  const place = useEnvironmentRef();
  const { hour, error, retry } = useLastHour();
  return (
    <section
      aria-label="Last hour"
      className="flex h-24 min-w-0 flex-col justify-between rounded-xl border border-line bg-surface px-3 py-3 sm:px-4"
    >
      {hour === null ? (
        <PanelStatus error={error} onRetry={retry} />
      ) : (
        <>
          <p className="flex items-baseline justify-between gap-3 text-xs">
            <Link
              href={`${routes.audit(place)}?since=1h`}
              prefetch={false}
              className="rounded-sm text-fg-2 hover:text-fg hover:underline"
            >
              Last hour
            </Link>
            <span className="num truncate text-fg">{words(hour)}</span>
          </p>
          <Minutes hour={hour} />
          {hour.newest === null ? (
            <p className="text-xs text-fg-3">No event for an hour.</p>
          ) : (
            <Newest entry={hour.newest} />
          )}
        </>
      )}
    </section>
  );
}
