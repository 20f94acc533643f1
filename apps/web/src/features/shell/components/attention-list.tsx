'use client';

import type { BreakerSummary } from '@recloser/protocol';
import { formatAdmission } from '@recloser/core';
import Link from 'next/link';
import { useParams } from 'next/navigation';
import { useDeferredValue, useMemo } from 'react';
import { StateIcon } from '@/components/state/state-badge';
import { ATTENTION_QUERY } from '@/features/fleet/fleet-view';
import { inTroubleOrder } from '@/features/fleet/trouble-order';
import { useLiveValue, useEnvironmentRef } from '@/features/live/live-provider';
import { cn } from '@/lib/cn';
import { decode } from '@/lib/params';
import { routes } from '@/lib/routes';
import { inPart, needsAttention, partsWord, stateWord, troubledParts } from '@/lib/vocabulary';

const SHOWN = 12;

/** What does not let all traffic through, or not for a part of the fleet, worst first. */
function useAttention(): readonly BreakerSummary[] {
  const breakers = useDeferredValue(useLiveValue((state) => state.breakers));
  return useMemo(() => inTroubleOrder(breakers).filter(needsAttention), [breakers]);
}

/** Icon, name, and how much gets through. */
function Item({ breaker }: { readonly breaker: BreakerSummary }) {
  const parts = inPart(breaker) ? troubledParts(breaker.scopes) : [];
  const { state, mode } = parts[0] ?? breaker;
  // There is room for the worst of them.
  const worst = parts.filter((part) => part.state === state);
  return (
    <>
      <StateIcon state={state} mode={mode} />
      <span className="sr-only">{stateWord(breaker)}:</span>
      <span className="min-w-0 flex-1 truncate text-sm">{breaker.key}</span>
      <span className="num shrink-0 text-xs text-fg-3">
        {worst.length === 0 ? formatAdmission(breaker.admission) : partsWord(worst)}
      </span>
    </>
  );
}

/** The way to those that have no room here. */
function More({ count }: { readonly count: number }) {
  const place = useEnvironmentRef();
  return (
    <li>
      <Link
        href={`${routes.fleet(place)}${ATTENTION_QUERY}`}
        prefetch={false}
        className="num flex h-8 items-center rounded-md px-2.5 text-xs text-fg-2 transition-colors hover:bg-hover hover:text-fg"
      >
        {count} more
      </Link>
    </li>
  );
}

/** Nothing to look at; true also where there is nothing at all. */
function Calm() {
  const none = useLiveValue((state) => state.breakers.size === 0);
  return (
    <p className="px-2.5 text-xs text-fg-3">
      {none ? 'No breaker yet.' : 'Nothing. Every breaker lets all traffic through.'}
    </p>
  );
}

/** In sight on every page: what is broken right now. */
export function AttentionList() {
  const breakers = useAttention();
  const place = useEnvironmentRef();
  const { key: current } = useParams<{ key?: string }>();
  return (
    <section aria-labelledby="attention-title" data-live>
      <h2 id="attention-title" className="flex justify-between px-2.5 pb-1.5 text-xs text-fg-3">
        Needs attention
        <span className="num">{breakers.length}</span>
      </h2>
      {breakers.length === 0 ? (
        <Calm />
      ) : (
        <ul className="flex flex-col gap-px pb-3">
          {breakers.slice(0, SHOWN).map((breaker) => (
            <li key={breaker.key}>
              <Link
                href={routes.breaker(place, breaker.key)}
                prefetch={false}
                className={cn(
                  'flex h-8 items-center gap-2 rounded-md px-2.5 transition-colors hover:bg-hover',
                  current !== undefined && decode(current) === breaker.key && 'bg-hover',
                )}
              >
                <Item breaker={breaker} />
              </Link>
            </li>
          ))}
          {breakers.length > SHOWN ? <More count={breakers.length - SHOWN} /> : null}
        </ul>
      )}
    </section>
  );
}
