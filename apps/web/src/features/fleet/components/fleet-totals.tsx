'use client';

import { memo, type ReactNode } from 'react';
import { useLiveValue } from '@/features/live/live-provider';
import { cn } from '@/lib/cn';
import { formatCount, formatShare, plural } from '@/lib/format';
import { fleetLoad } from '../fleet-load';
import { type FleetCounts, troubleWords } from '../fleet-view';

interface FigureProps {
  readonly label: string;
  readonly value: ReactNode;
  readonly note: ReactNode;
  readonly quiet?: boolean;
}

function Figure({ label, value, note, quiet = false }: FigureProps) {
  return (
    <div className="min-w-0 px-3 py-3 sm:px-4">
      <dt className="truncate text-xs text-fg-2">{label}</dt>
      <dd
        className={cn(
          'num mt-1 text-xl leading-7 font-semibold tracking-tight sm:text-2xl',
          quiet && 'text-fg-3',
        )}
      >
        {value}
      </dd>
      <dd className="num truncate text-xs text-fg-3">{note}</dd>
    </div>
  );
}

interface FleetTotalsProps {
  readonly counts: FleetCounts;
  readonly total: number;
}

/** Three figures that say how bad it is. */
export const FleetTotals = memo(function FleetTotals({ counts, total }: FleetTotalsProps) {
  const seconds = useLiveValue((state) => state.seconds);
  const connected = useLiveValue((state) => state.connected);
  const load = fleetLoad(seconds);
  const notClosed = counts.open + counts.half + counts.part;
  const rejecting = load !== null && load.rejectedPerSecond > 0;
  return (
    <dl
      aria-label="Totals"
      data-live
      className="grid grid-cols-3 divide-x divide-line rounded-xl border border-line bg-surface"
    >
      <Figure
        label="Not closed"
        value={notClosed}
        note={notClosed === 0 ? `of ${plural(total, 'breaker')}` : troubleWords(counts)}
        quiet={notClosed === 0}
      />
      <Figure
        label="Rejected now"
        value={load === null ? '–' : formatShare(load.rejectedShare)}
        note={
          load === null
            ? 'of all calls'
            : rejecting
              ? `${formatCount(load.rejectedPerSecond)} calls/s`
              : 'none rejected'
        }
        quiet={!rejecting}
      />
      <Figure
        label="Calls protected"
        value={
          load === null ? (
            '–'
          ) : (
            <>
              {formatCount(load.protectedPerSecond)}
              <span className="text-sm font-normal text-fg-3">/s</span>
            </>
          )
        }
        note={
          connected === null ? (
            'connecting…'
          ) : (
            <>
              by {plural(connected, 'instance')}
              <span className="max-sm:hidden">
                {' '}
                · {formatShare(load?.failedShare ?? null)} fail
              </span>
            </>
          )
        }
        quiet={load === null || load.protectedPerSecond === 0}
      />
    </dl>
  );
});
