'use client';

import { formatAdmission } from '@recloser/core';
import type { BreakerDetail } from '@recloser/protocol';
import { ChevronLeft } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { HeldBadge, StateBadge } from '@/components/state/state-badge';
import { Clock, Elapsed } from '@/components/ui/time';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { LiveTitle } from '@/features/shell/components/live-title';
import { cn } from '@/lib/cn';
import { formatDuration, plural } from '@/lib/format';
import { useNow } from '@/lib/clock';
import { lazyPart } from '@/lib/lazy-part';
import { type EnvironmentRef, routes } from '@/lib/routes';
import { withSteadyState } from '@/lib/steady-state';
import { causeWord, stateSummaryWords, stateGloss } from '@/lib/vocabulary';
import { BreakerActions } from './breaker-actions';
import { useGone } from '../api/use-gone';
import { useBreakerOfPage } from './breaker-context';
import { ModeMenu } from './mode-menu';

const GoneNotice = lazyPart(() => import('./gone-notice').then((module) => module.GoneNotice));

function tabsOf(place: EnvironmentRef, key: string) {
  return [
    { label: 'Overview', href: routes.breaker(place, key) },
    { label: 'Policy', href: routes.policy(place, key) },
    { label: 'Rules', href: routes.rules(place, key) },
  ];
}

function Tabs({ breaker }: { readonly breaker: BreakerDetail }) {
  const place = useEnvironmentRef();
  const pathname = usePathname();
  return (
    <nav aria-label="Breaker" className="-mb-px flex gap-5">
      {tabsOf(place, breaker.key).map(({ label, href }) => (
        <Link
          key={label}
          href={href}
          aria-current={pathname === href ? 'page' : undefined}
          className={cn(
            'flex h-9 items-center border-b-2 text-sm font-medium transition-colors',
            pathname === href ? 'border-fg text-fg' : 'border-transparent text-fg-2 hover:text-fg',
          )}
        >
          {label}
          {label === 'Rules' && breaker.rules.length > 0 ? (
            <span className="num ml-1.5 text-xs text-fg-3">{breaker.rules.length}</span>
          ) : null}
        </Link>
      ))}
      <Link
        href={routes.auditOf(place, breaker.key)}
        className="flex h-9 items-center border-b-2 border-transparent text-sm font-medium text-fg-2 hover:text-fg"
      >
        Audit
      </Link>
    </nav>
  );
}

function HeldUntil({ until }: { readonly until: number | null }) {
  const now = useNow();
  if (until === null) return <span>until someone ends it</span>;
  return (
    <span className="num">{now === null ? '…' : `for another ${formatDuration(until - now)}`}</span>
  );
}

/** Parts that do otherwise than the rest; '' where the rest lets nothing through either. */
function partsClause({ state, mode, scopes }: BreakerDetail): string {
  if (scopes.length === 0) return '';
  const parts = plural(scopes.length, 'part');
  return state === 'closed' && mode !== 'observe'
    ? `, but for ${parts} of the fleet`
    : `, ${parts} of the fleet decided apart`;
}

/** Since when, and for how long; of an outage also why it began and how many probe rounds have failed. */
function Since({ breaker }: { readonly breaker: BreakerDetail }) {
  const { outage } = breaker;
  if (outage === null) return <Elapsed since={breaker.since} />;
  const { startedAt, cause, failedRounds } = outage;
  const facts = [
    cause === null ? '' : causeWord(cause).toLowerCase(),
    failedRounds === 0 ? '' : `${plural(failedRounds, 'failed probe round')} since`,
  ].filter((fact) => fact !== '');
  return (
    <>
      {'since '}
      <Clock at={startedAt} />
      {' · '}
      <Elapsed since={startedAt} />
      {facts.map((fact) => ` · ${fact}`).join('')}
    </>
  );
}

function BreakerStateLine({ breaker: read }: { readonly breaker: BreakerDetail }) {
  const breaker = withSteadyState(read);
  return (
    <p className="mt-2 flex flex-wrap items-center gap-x-2.5 gap-y-1.5 text-sm text-fg-2" data-live>
      <StateBadge
        state={breaker.state}
        mode={breaker.mode}
        cause={breaker.cause}
        paused={breaker.paused}
        detail={breaker.paused ? `at ${formatAdmission(breaker.admission)}` : ''}
        large
      />
      {breaker.mode === 'held' ? <HeldBadge large /> : null}
      <span className="num">
        <Since breaker={breaker} />
      </span>
      <span aria-hidden className="text-fg-3 max-sm:hidden">
        ·
      </span>
      <span>
        {stateGloss(breaker)}
        {partsClause(breaker)}
        {breaker.mode === 'held' ? (
          <>
            , held <HeldUntil until={breaker.heldUntil} />
          </>
        ) : null}
      </span>
    </p>
  );
}

export function BreakerHeader() {
  const breaker = useBreakerOfPage();
  const place = useEnvironmentRef();
  const gone = useGone(breaker.key);
  const about = [breaker.owner, ...breaker.tags].filter((part) => part !== '').join(' · ');
  return (
    <header className="mb-5 border-b border-line">
      <LiveTitle
        text={`${gone ? 'Archived' : stateSummaryWords(withSteadyState(breaker))} · ${breaker.key} · ${place.environment}`}
      />
      <Link
        href={routes.fleet(place)}
        className="-ml-1 inline-flex items-center gap-1 rounded-sm text-xs text-fg-3 hover:text-fg"
      >
        <ChevronLeft size={13} aria-hidden /> Fleet
      </Link>
      <div className="mt-1.5 flex flex-wrap items-end justify-between gap-x-6 gap-y-4">
        <div className="min-w-0">
          <div className="flex flex-wrap items-baseline gap-x-3">
            <h1 className="min-w-0 text-2xl leading-8 font-semibold tracking-tight break-words">
              {breaker.key}
            </h1>
            {about === '' ? null : <span className="text-sm text-fg-3">{about}</span>}
          </div>
          <BreakerStateLine breaker={breaker} />
        </div>
        {gone ? null : (
          <div className="flex w-full flex-wrap items-center gap-2 sm:w-auto">
            <ModeMenu breaker={breaker} />
            <BreakerActions breaker={breaker} />
          </div>
        )}
      </div>
      {gone ? (
        <div className="mt-4">
          <GoneNotice breaker={breaker.key}>
            SDKs have it no more. This is how it stood at the end.
          </GoneNotice>
        </div>
      ) : null}
      <div className="mt-4">
        <Tabs breaker={breaker} />
      </div>
    </header>
  );
}
