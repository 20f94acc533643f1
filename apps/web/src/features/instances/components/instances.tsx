'use client';

import type { ServiceRow } from '@recloser/protocol';
import { SearchX, Server } from 'lucide-react';
import Link from 'next/link';
import { useMemo } from 'react';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Input } from '@/components/ui/field';
import { PanelStatus } from '@/components/ui/panel-status';
import { Segmented } from '@/components/ui/segmented';
import { useLiveValue, useEnvironmentRef } from '@/features/live/live-provider';
import { PageHeader } from '@/features/shell/components/page-header';
import { replaceQuery, useQuery } from '@/lib/address';
import { plural } from '@/lib/format';
import { routes } from '@/lib/routes';
import { useInstances } from '../api/use-instances';
import { useServiceList } from '../api/use-service-list';
import { instancesQuery, type InstancesView, parseInstancesView } from '../instances-view';
import { InstanceTable } from './instance-table';
import { ServiceCalls, ServiceChips } from './service-chips';

const SERVICES_EVERY_MS = 5_000;

const WHICH = [
  { value: 'connected', label: 'Connected' },
  { value: 'all', label: 'Include disconnected' },
] as const;

type Change = (part: Partial<InstancesView>) => void;

function useView(): [InstancesView, Change] {
  const query = useQuery();
  const view = useMemo(() => parseInstancesView(query), [query]);
  return [
    view,
    (part) => {
      const written = instancesQuery({ ...view, ...part }).toString();
      replaceQuery(written === '' ? '' : `?${written}`);
    },
  ];
}

function Nothing({ view }: { readonly view: InstancesView }) {
  const place = useEnvironmentRef();
  if (view.service !== '' || view.text !== '') {
    return (
      <EmptyState icon={SearchX} title="No instance matches">
        Change or clear the search and the service.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={Server} title="No instance is connected">
      <p>An instance appears as soon as its SDK connects with a key of this environment.</p>
      <Button asChild className="mt-4">
        <Link href={routes.connect(place)}>Connect a service</Link>
      </Button>
    </EmptyState>
  );
}

function Listing({ view }: { readonly view: InstancesView }) {
  const { data, error, size, setSize, isValidating, mutate } = useInstances(view);
  const rows = (data ?? []).flatMap(({ items }) => items);
  const more = data?.at(-1)?.nextCursor ?? null;
  return (
    <>
      <section
        aria-label="Instances"
        className="min-h-40 overflow-hidden rounded-xl border border-line bg-surface"
      >
        {data === undefined ? (
          <div className="p-4">
            <PanelStatus error={error} onRetry={() => void mutate()} lines={5} />
          </div>
        ) : rows.length > 0 ? (
          <InstanceTable rows={rows} />
        ) : (
          <Nothing view={view} />
        )}
      </section>
      {more === null ? null : (
        <Button
          disabled={isValidating && data?.length !== size}
          onClick={() => void setSize(size + 1)}
          className="self-center"
        >
          More instances
        </Button>
      )}
    </>
  );
}

function Filters({ view, change }: { readonly view: InstancesView; readonly change: Change }) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Input
        type="search"
        aria-label="Search instances"
        placeholder="Id, service, zone or region"
        value={view.text}
        onChange={({ target }) => {
          change({ text: target.value });
        }}
        className="max-w-xs flex-1"
      />
      <Segmented
        label="Which"
        value={view.gone ? 'all' : 'connected'}
        options={WHICH}
        onChange={(which) => {
          change({ gone: which === 'all' });
        }}
      />
    </div>
  );
}

/** One that has not been heard of for a week can still be in the address. */
function withChosen(known: readonly ServiceRow[], service: string): readonly ServiceRow[] {
  if (service === '' || known.some((row) => row.service === service)) return known;
  return [...known, { service, instances: 0, breakers: [], lastUsedAt: null }];
}

/** Which SDKs are connected, which of them lag, and what their services call. */
export function Instances() {
  const [view, change] = useView();
  const known = useServiceList({ everyMs: SERVICES_EVERY_MS }).data?.items;
  const services = known === undefined ? [] : withChosen(known, view.service);
  const chosen = services.find(({ service }) => service === view.service);
  const connected = useLiveValue((state) => state.connected);
  return (
    <>
      <PageHeader
        title="Instances"
        description={
          connected === null
            ? 'One instance is one SDK in one process.'
            : `${plural(connected, 'instance')} connected.`
        }
      />
      <div className="flex flex-col gap-4">
        <div className="flex flex-col gap-2">
          <ServiceChips
            services={services}
            chosen={view.service}
            onChange={(service) => {
              change({ service });
            }}
          />
          <Filters view={view} change={change} />
        </div>
        {chosen === undefined ? null : <ServiceCalls {...chosen} />}
        <Listing view={view} />
      </div>
    </>
  );
}
