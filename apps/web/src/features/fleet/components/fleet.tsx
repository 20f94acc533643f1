'use client';

import type { ServiceList } from '@recloser/protocol';
import { SearchX } from 'lucide-react';
import { useCallback, useDeferredValue, useMemo, useState } from 'react';
import { EmptyState } from '@/components/ui/empty-state';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { LiveTitle } from '@/features/shell/components/live-title';
import { PageHeader } from '@/features/shell/components/page-header';
import { plural } from '@/lib/format';
import { lazyPart } from '@/lib/lazy-part';
import { useServices } from '../api/use-services';
import { fleetItems } from '../fleet-items';
import { choicesOf, countGroups, type FleetFilter, fleetTitle, matches } from '../fleet-view';
import type { ServicesInUse } from '../services-in-use';
import { FleetList, Heads } from './fleet-list';
import { FleetToolbar } from './fleet-toolbar';
import { FleetTotals } from './fleet-totals';
import { NewBreakerButton } from './new-breaker-button';
import { ServicesNote } from './services-note';
import { useFleetFilter } from './use-fleet-filter';
import { useSettledBreakers } from './use-settled';

const LastHourStrip = lazyPart(() =>
  import('./last-hour-strip').then((module) => module.LastHourStrip),
);

/** Needed once in a fleet's life. */
const Onboarding = lazyPart(() =>
  import('@/features/onboarding/components/onboarding').then((module) => module.Onboarding),
);

function useFolded(): [ReadonlySet<string>, (id: string) => void] {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const fold = useCallback((id: string) => {
    setFolded((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  return [folded, fold];
}

/** The fleet as the filter shows it. A burst of changes gives way to whoever types or clicks. */
function useFleet(
  filter: FleetFilter,
  folded: ReadonlySet<string>,
  services: ServicesInUse | null,
) {
  const { breakers: all, hold } = useSettledBreakers();
  const shownFilter = useDeferredValue(filter);
  const counts = useMemo(() => countGroups(all), [all]);
  const choices = useMemo(() => choicesOf(all), [all]);
  const items = useMemo(
    () =>
      fleetItems(
        all.filter((breaker) => matches(breaker, shownFilter)),
        shownFilter.grouping,
        folded,
        services,
      ),
    [all, shownFilter, folded, services],
  );
  return { all, counts, choices, items, hold };
}

/** `services` came with the page; null: it was not asked for them. */
export function Fleet({ services: first }: { readonly services: ServiceList | null }) {
  const place = useEnvironmentRef();
  const [filter, change] = useFleetFilter();
  const [folded, fold] = useFolded();
  const inUse = useServices(filter.grouping === 'service', first);
  const { all, counts, choices, items, hold } = useFleet(filter, folded, inUse.services);
  // Stays until the reader leaves it: the first signal is worth a moment.
  const [onboarding] = useState(all.length === 0);
  if (onboarding || all.length === 0) return <Onboarding />;
  return (
    <>
      <LiveTitle text={fleetTitle(counts, place.environment)} />
      <PageHeader title="Fleet" ownTitle actions={<NewBreakerButton />} />
      <div className="flex flex-col gap-4">
        <div className="grid gap-4 xl:grid-cols-2">
          <FleetTotals counts={counts} total={all.length} />
          <LastHourStrip
            fallback={<div className="h-24 rounded-xl border border-line bg-surface" />}
          />
        </div>
        <FleetToolbar filter={filter} choices={choices} counts={counts} onChange={change} />
        <ServicesNote {...inUse} />
        <section
          aria-label="Breakers"
          className="overflow-hidden rounded-xl border border-line bg-surface"
          data-live
          {...hold}
        >
          <Heads />
          {items.length === 0 ? (
            <EmptyState icon={SearchX} title="No breaker matches">
              Change or clear the filters: {plural(all.length, 'breaker')} in all.
            </EmptyState>
          ) : (
            <FleetList
              items={items}
              density={filter.density}
              grouping={filter.grouping}
              folded={folded}
              onFold={fold}
            />
          )}
        </section>
      </div>
    </>
  );
}
