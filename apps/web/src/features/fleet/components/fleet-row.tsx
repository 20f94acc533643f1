'use client';

import { formatAdmission } from '@recloser/core';
import type { BreakerSummary } from '@recloser/protocol';
import Link from 'next/link';
import { memo, useMemo } from 'react';
import { AdmissionBar } from '@/components/state/admission-bar';
import { Sparkline } from '@/components/state/sparkline';
import { HeldBadge, PartsBadge, StateBadge } from '@/components/state/state-badge';
import { Elapsed } from '@/components/ui/time';
import { useLiveValue, useEnvironmentRef, useSeconds } from '@/features/live/live-provider';
import { appliedOf, rateOf, recentLoad } from '@/features/live/live-state';
import { cn } from '@/lib/cn';
import { formatCount, formatShare } from '@/lib/format';
import { routes } from '@/lib/routes';
import { troubledSince } from '@/lib/steady-state';
import { causeWord, inPart, toneOf, troubledParts } from '@/lib/vocabulary';
import type { Density } from '../fleet-view';

/** The name has at least 7rem of what the others leave, also beside the menu. */
export const COLUMNS =
  'md:grid-cols-[9.5rem_minmax(7rem,1fr)_7.5rem_7rem_4rem_3.5rem] md:gap-x-3 xl:grid-cols-[9.5rem_minmax(0,1fr)_9.5rem_11rem_5rem_4rem] xl:gap-x-5 min-[1440px]:grid-cols-[9.5rem_minmax(0,1fr)_12rem_13rem_6rem_5rem] min-[1440px]:gap-x-7';

const SPARK_SECONDS = 60;

interface LoadProps {
  readonly breaker: BreakerSummary;
  readonly compact?: boolean;
}

function Load({ breaker, compact = false }: LoadProps) {
  const seconds = useSeconds(breaker.key, SPARK_SECONDS);
  const load = useMemo(() => recentLoad(seconds), [seconds]);
  const rates = useMemo(() => {
    const known = seconds.map(rateOf);
    return [...Array<null>(SPARK_SECONDS - known.length).fill(null), ...known];
  }, [seconds]);
  return (
    <>
      <div
        className={cn(
          'flex items-center gap-3',
          compact
            ? 'max-md:hidden'
            : 'max-md:col-start-2 max-md:row-start-2 max-md:w-auto max-md:max-w-60 max-md:justify-self-end',
        )}
      >
        <span className="block min-w-0 flex-1 max-md:w-16 max-md:flex-none">
          <Sparkline
            rates={rates}
            threshold={breaker.threshold}
            label={`Failure rate ${formatShare(load.failureRate)}, tolerated up to ${formatShare(breaker.threshold)}`}
          />
        </span>
        <span className="num w-11 shrink-0 text-right text-sm">
          {formatShare(load.failureRate)}
        </span>
        {load.rejectedPerSecond > 0 && !compact ? (
          <span className="num shrink-0 text-xs whitespace-nowrap text-fg-3 md:hidden">
            {formatCount(load.rejectedPerSecond)}/s rejected
          </span>
        ) : null}
      </div>
      <div className="num text-right max-md:hidden">
        <p className="text-sm">{seconds.length === 0 ? '–' : formatCount(load.callsPerSecond)}</p>
        {load.rejectedPerSecond > 0 && !compact ? (
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
      title="Instances that have confirmed this breaker’s last change"
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

/** Of an outage its first cause; a failed probe says nothing new. */
function whyOf({ outage, summary }: Pick<BreakerSummary, 'outage' | 'summary'>): string {
  return outage === null || outage.summary === '' ? summary : outage.summary;
}

function why(breaker: BreakerSummary): string {
  const [part] = troubledParts(breaker.scopes);
  if (inPart(breaker)) return part === undefined ? '' : whyOf(part);
  if (breaker.state === 'open') return whyOf(breaker);
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

interface RowLinkProps {
  readonly href: string;
  readonly breaker: BreakerSummary;
}

/** The whole row is its target. */
function RowLink({ href, breaker }: RowLinkProps) {
  return (
    <Link
      href={href}
      prefetch={false}
      className="block truncate text-base font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:rounded-lg focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
    >
      <bdi>{breaker.key}</bdi>
    </Link>
  );
}

function Admission({ breaker }: { readonly breaker: BreakerSummary }) {
  return (
    <div className="flex min-w-0 items-center gap-3">
      <AdmissionBar admission={breaker.admission} tone={toneOf(breaker)} />
      <span className="num w-14 shrink-0 text-right text-sm">
        {formatAdmission(breaker.admission)}
      </span>
    </div>
  );
}

function RowContent({ breaker }: { readonly breaker: BreakerSummary }) {
  const place = useEnvironmentRef();
  const note = why(breaker);
  return (
    <>
      <div className="flex items-center gap-1.5 md:flex-col md:items-start md:gap-1">
        <span className="flex items-center gap-1.5">
          <StateBadge
            state={breaker.state}
            mode={breaker.mode}
            cause={breaker.cause}
            paused={breaker.paused}
          />
          {breaker.mode === 'held' ? <HeldBadge /> : null}
        </span>
        <span className="text-xs whitespace-nowrap text-fg-3 max-md:ml-1 md:pl-0.5">
          <span className="sr-only">{breaker.outage === null ? 'for ' : 'outage of '}</span>
          <Elapsed since={troubledSince(breaker)} />
        </span>
      </div>
      <div className="min-w-0 max-md:col-span-2 max-md:row-start-1">
        <RowLink href={routes.breaker(place, breaker.key)} breaker={breaker} />
        <div className="flex items-center gap-2">
          <PartsBadge scopes={breaker.scopes} />
          <p className="truncate text-xs text-fg-3" title={note}>
            {note === '' && breaker.cause !== null ? causeWord(breaker.cause) : note}
          </p>
        </div>
      </div>
      <div className="max-md:col-span-2">
        <Admission breaker={breaker} />
      </div>
      <Load breaker={breaker} />
      <Applied seq={breaker.seq} />
    </>
  );
}

function CompactContent({ breaker }: { readonly breaker: BreakerSummary }) {
  const place = useEnvironmentRef();
  return (
    <>
      <span className="flex items-center gap-1.5 max-md:row-start-2">
        <StateBadge
          state={breaker.state}
          mode={breaker.mode}
          cause={breaker.cause}
          paused={breaker.paused}
        />
        {breaker.mode === 'held' ? <HeldBadge /> : null}
      </span>
      <div className="flex min-w-0 items-center gap-2">
        <RowLink href={routes.breaker(place, breaker.key)} breaker={breaker} />
        <PartsBadge scopes={breaker.scopes} />
      </div>
      <Admission breaker={breaker} />
      <Load breaker={breaker} compact />
      <Applied seq={breaker.seq} />
    </>
  );
}

const HEIGHTS: Readonly<Record<Density, string>> = {
  comfortable: 'h-[7.75rem] md:h-[4.25rem]',
  compact: 'h-[3.75rem] md:h-10',
};

interface FleetRowProps {
  readonly breaker: BreakerSummary;
  readonly density: Density;
  /** Place among the list's lines, 0-based. */
  readonly line: number;
  readonly position: number;
  readonly of: number;
}

/** Its height is the style sheet's alone, so that a row not yet drawn takes the same room. */
export const FleetRow = memo(function FleetRow({
  breaker,
  density,
  line,
  position,
  of,
}: FleetRowProps) {
  const compact = density === 'compact';
  return (
    <li
      data-line={line}
      aria-posinset={position}
      aria-setsize={of}
      className={cn(
        'relative border-b border-line transition-colors last:border-b-0 hover:bg-hover',
        HEIGHTS[density],
      )}
    >
      <div
        className={cn(
          'grid h-full grid-cols-[minmax(0,1fr)_auto] content-center items-center gap-x-3 px-4',
          compact ? 'gap-y-1' : 'gap-y-2',
          COLUMNS,
        )}
      >
        {compact ? <CompactContent breaker={breaker} /> : <RowContent breaker={breaker} />}
      </div>
    </li>
  );
});
