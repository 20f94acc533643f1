'use client';

import { SearchX } from 'lucide-react';
import { useMemo, useState } from 'react';
import { EmptyState } from '@/components/ui/empty-state';
import { useLiveValue, usePlace } from '@/features/live/live-provider';
import { rateOf } from '@/features/live/live-state';
import { Onboarding } from '@/features/onboarding/components/onboarding';
import { LiveTitle } from '@/features/shell/components/live-title';
import { PageHeader } from '@/features/shell/components/page-header';
import { cn } from '@/lib/cn';
import { formatCount, formatShare, plural } from '@/lib/format';
import { byTrouble, choicesOf, countGroups, fleetTitle, matches } from '../fleet-view';
import { FleetFilters } from './fleet-filters';
import { COLUMNS, FleetRow } from './fleet-row';
import { FleetSummary } from './fleet-summary';
import { NewBreakerButton } from './new-breaker-button';
import { useFleetFilter } from './use-fleet-filter';

const FIRST_ROWS = 24;

function FleetLoad() {
  const last = useLiveValue((state) => state.seconds.at(-1));
  const connected = useLiveValue((state) => state.connected);
  if (last === undefined || connected === null) return <>Connecting to the live feed…</>;
  const sum = { ok: 0, failures: 0 };
  for (const [, ok, failures] of last.items.values()) {
    sum.ok += ok;
    sum.failures += failures;
  }
  return (
    <span className="num" data-live>
      {plural(connected, 'connected instance')} · {formatCount(sum.ok + sum.failures)} calls/s ·{' '}
      {formatShare(rateOf(sum))} failing
    </span>
  );
}

function Heads() {
  return (
    <div
      aria-hidden
      className={cn(
        'hidden h-9 items-center border-b border-line px-4 text-xs text-fg-3 md:grid',
        COLUMNS,
      )}
    >
      <span>State</span>
      <span>Breaker</span>
      <span>Admission</span>
      <span>Failure rate, last minute</span>
      <span className="text-right">Calls/s</span>
      <span className="text-right">Applied</span>
    </div>
  );
}

export function Fleet() {
  const place = usePlace();
  const breakers = useLiveValue((state) => state.breakers);
  const [filter, change] = useFleetFilter();
  const all = useMemo(() => [...breakers.values()].toSorted(byTrouble), [breakers]);
  const counts = useMemo(() => countGroups(all), [all]);
  const choices = useMemo(() => choicesOf(all), [all]);
  const shown = useMemo(() => all.filter((breaker) => matches(breaker, filter)), [all, filter]);
  // Stays until the reader leaves it: the first signal is worth a moment.
  const [onboarding] = useState(all.length === 0);
  if (onboarding || all.length === 0) return <Onboarding />;
  return (
    <>
      <LiveTitle text={fleetTitle(counts, place.environment)} />
      <PageHeader title="Fleet" description={<FleetLoad />} actions={<NewBreakerButton />} />
      <div className="flex flex-col gap-4">
        <FleetSummary
          counts={counts}
          chosen={filter.groups}
          onChange={(groups) => {
            change({ groups });
          }}
        />
        <FleetFilters filter={filter} choices={choices} onChange={change} />
        <section
          aria-label="Breakers"
          className="overflow-hidden rounded-xl border border-line bg-surface"
          data-live
        >
          <Heads />
          {shown.length === 0 ? (
            <EmptyState icon={SearchX} title="No breaker matches">
              Change or clear the filters: {plural(all.length, 'breaker')} in all.
            </EmptyState>
          ) : (
            <ul>
              {shown.map((breaker, index) => (
                <FleetRow key={breaker.key} breaker={breaker} first={index < FIRST_ROWS} />
              ))}
            </ul>
          )}
        </section>
      </div>
    </>
  );
}
