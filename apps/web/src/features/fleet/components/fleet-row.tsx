'use client';

import { formatAdmission } from '@recloser/core';
import type { BreakerSummary } from '@recloser/protocol';
import Link from 'next/link';
import { memo, useMemo } from 'react';
import { AdmissionBar } from '@/components/state/admission-bar';
import { Sparkline } from '@/components/state/sparkline';
import { HeldBadge, StateBadge } from '@/components/state/state-badge';
import { Elapsed } from '@/components/ui/time';
import { useLiveValue, usePlace, useSeconds } from '@/features/live/live-provider';
import { appliedOf, rateOf, recentLoad } from '@/features/live/live-state';
import { cn } from '@/lib/cn';
import { formatCount, formatShare } from '@/lib/format';
import { routes } from '@/lib/routes';
import { causeWord, toneOf } from '@/lib/vocabulary';
import { useInView } from './use-in-view';

export const COLUMNS =
  'md:grid-cols-[8.5rem_minmax(0,1fr)_11rem_11rem_5.5rem_4rem] md:gap-x-5 lg:grid-cols-[9.5rem_minmax(0,1fr)_12rem_13rem_6rem_5rem] lg:gap-x-7';

const SPARK_SECONDS = 60;

function Load({ breaker }: { readonly breaker: BreakerSummary }) {
  const seconds = useSeconds(breaker.key, SPARK_SECONDS);
  const load = useMemo(() => recentLoad(seconds), [seconds]);
  const rates = useMemo(() => {
    const known = seconds.map(rateOf);
    return [...Array<null>(SPARK_SECONDS - known.length).fill(null), ...known];
  }, [seconds]);
  return (
    <>
      <div className="flex items-center gap-3 max-md:col-start-2 max-md:row-start-2 max-md:w-32 max-md:justify-self-end">
        <Sparkline
          rates={rates}
          threshold={breaker.threshold}
          label={`Failure rate ${formatShare(load.failureRate)}, trips at ${formatShare(breaker.threshold)}`}
        />
        <span className="num w-11 shrink-0 text-right text-sm">
          {formatShare(load.failureRate)}
        </span>
      </div>
      <div className="num text-right max-md:hidden">
        <p className="text-sm">{seconds.length === 0 ? '–' : formatCount(load.callsPerSecond)}</p>
        {load.rejectedPerSecond > 0 ? (
          <p className="truncate text-xs text-fg-3">
            {formatCount(load.rejectedPerSecond)} rejected
          </p>
        ) : null}
      </div>
    </>
  );
}

function Applied({ seq }: { readonly seq: number }) {
  const convergence = useLiveValue((state) => state.convergence);
  const known = appliedOf(convergence, seq);
  return (
    <p
      className="num text-right text-sm max-md:hidden"
      title="Instances that have surely applied this breaker’s last change"
    >
      {known === null ? (
        <span className="text-fg-3">–</span>
      ) : (
        <>
          {known.applied}
          <span className="text-fg-3">/{known.connected}</span>
        </>
      )}
    </p>
  );
}

function why(breaker: BreakerSummary): string {
  if (
    breaker.summary !== '' &&
    (breaker.state !== 'closed' || breaker.cause === 'would_have_tripped')
  ) {
    return breaker.summary;
  }
  return [breaker.owner, ...breaker.tags, breaker.discovered ? 'discovered' : '']
    .filter((part) => part !== '')
    .join(' · ');
}

function RowContent({ breaker }: { readonly breaker: BreakerSummary }) {
  const place = usePlace();
  const tone = toneOf(breaker);
  const note = why(breaker);
  return (
    <>
      <div className="flex items-center gap-1.5 md:flex-col md:items-start md:gap-1">
        <span className="flex items-center gap-1.5">
          <StateBadge state={breaker.state} mode={breaker.mode} cause={breaker.cause} />
          {breaker.mode === 'held' ? <HeldBadge /> : null}
        </span>
        <span className="text-xs text-fg-3 max-md:ml-1 md:pl-0.5">
          <span className="sr-only">for </span>
          <Elapsed since={breaker.since} />
        </span>
      </div>
      <div className="min-w-0 max-md:col-span-2 max-md:row-start-1">
        <Link
          href={routes.breaker(place, breaker.key)}
          prefetch={false}
          className="block truncate text-base font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:rounded-lg focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
        >
          {breaker.key}
        </Link>
        <p className="truncate text-xs text-fg-3" title={note}>
          {note === '' && breaker.cause !== null ? causeWord(breaker.cause) : note}
        </p>
      </div>
      <div className="flex items-center gap-3 max-md:col-span-2">
        <AdmissionBar admission={breaker.admission} tone={tone} />
        <span className="num w-14 shrink-0 text-right text-sm">
          {formatAdmission(breaker.admission)}
        </span>
      </div>
      <Load breaker={breaker} />
      <Applied seq={breaker.seq} />
    </>
  );
}

interface FleetRowProps {
  readonly breaker: BreakerSummary;
  /** Drawn already on the server. */
  readonly first: boolean;
}

/** Its height is the style sheet's alone, so that a row not yet drawn takes the same room. */
export const FleetRow = memo(function FleetRow({ breaker, first }: FleetRowProps) {
  const [ref, near] = useInView(first);
  return (
    <li
      ref={ref}
      className="relative h-[7.75rem] border-b border-line transition-colors last:border-b-0 hover:bg-hover md:h-[4.25rem]"
    >
      {near ? (
        <div
          className={cn(
            'grid h-full grid-cols-[minmax(0,1fr)_auto] content-center items-center gap-x-3 gap-y-2 px-4',
            COLUMNS,
          )}
        >
          <RowContent breaker={breaker} />
        </div>
      ) : (
        <span className="sr-only">{breaker.key}</span>
      )}
    </li>
  );
});
