'use client';

import type { InstancePage, InstanceRow } from '@recloser/protocol';
import { SearchX, Server } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import useSWR from 'swr';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Input } from '@/components/ui/field';
import { PanelStatus } from '@/components/ui/panel-status';
import { Scrollable } from '@/components/ui/scrollable';
import { Segmented } from '@/components/ui/segmented';
import { Elapsed } from '@/components/ui/time';
import { useConnectionStatus, useLiveValue, usePlace } from '@/features/live/live-provider';
import { PageHeader } from '@/features/shell/components/page-header';
import { cn } from '@/lib/cn';
import { plural } from '@/lib/format';
import { getJson } from '@/lib/http';
import { resources, routes } from '@/lib/routes';

const EVERY_MS = 3_000;
const LAG_NOTED_MS = 100;

const VIEWS = [
  { value: 'connected', label: 'Connected' },
  { value: 'all', label: 'With gone ones' },
] as const;
type View = (typeof VIEWS)[number]['value'];

function useInstances(view: View) {
  const place = usePlace();
  const live = useConnectionStatus() === 'live';
  const path = `${resources.instances(place)}?limit=200${view === 'all' ? '&gone=true' : ''}`;
  return useSWR<InstancePage, Error>(path, async () => (await getJson(path)) as InstancePage, {
    refreshInterval: live ? EVERY_MS : 0,
    keepPreviousData: true,
  });
}

function Status({ row }: { readonly row: InstanceRow }) {
  if (row.disconnectedAt !== null) {
    return (
      <span className="text-fg-3">
        gone for <Elapsed since={row.disconnectedAt} />
      </span>
    );
  }
  return row.behind === 0 ? (
    <span>up to date</span>
  ) : (
    <span className="font-medium">{plural(row.behind, 'change')} behind</span>
  );
}

function Row({ row }: { readonly row: InstanceRow }) {
  return (
    <tr className={cn('border-t border-line', row.disconnectedAt !== null && 'text-fg-3')}>
      <th scope="row" className="max-w-64 truncate px-4 py-2.5 text-left font-normal">
        <span className="font-mono text-xs" title={row.instanceId}>
          {row.instanceId}
        </span>
      </th>
      <td className="px-4 py-2.5">{row.service}</td>
      <td className="px-4 py-2.5 text-fg-2">{row.zone ?? row.region ?? '–'}</td>
      <td className="px-4 py-2.5 text-xs text-fg-2">{row.sdk}</td>
      <td className="num px-4 py-2.5">
        <Status row={row} />
      </td>
      <td className="num px-4 py-2.5 text-right">
        {row.lagMs >= LAG_NOTED_MS ? (
          <span className="font-medium">{row.lagMs} ms</span>
        ) : (
          <span className="text-fg-3">{row.lagMs} ms</span>
        )}
      </td>
      <td className="px-4 py-2.5 text-right text-fg-2">
        <Elapsed since={row.connectedAt} />
      </td>
    </tr>
  );
}

const HEADS = [
  'Instance',
  'Service',
  'Zone',
  'SDK',
  'State',
  'Loop stall',
  'Connected for',
] as const;

function InstanceTable({ rows }: { readonly rows: readonly InstanceRow[] }) {
  return (
    <Scrollable label="Instances" live>
      <table className="w-full min-w-[52rem] text-sm">
        <thead>
          <tr className="text-left text-xs text-fg-3">
            {HEADS.map((head, index) => (
              <th
                key={head}
                scope="col"
                className={cn('px-4 py-2.5 font-normal', index > 4 && 'text-right')}
              >
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.instanceId} row={row} />
          ))}
        </tbody>
      </table>
    </Scrollable>
  );
}

function Empty() {
  const place = usePlace();
  return (
    <EmptyState icon={Server} title="No instance is connected">
      <p>An instance appears as soon as its SDK connects with a key of this environment.</p>
      <Button asChild className="mt-4">
        <Link href={routes.connect(place)}>Connect a service</Link>
      </Button>
    </EmptyState>
  );
}

/** Which SDKs are connected, and which of them lag. */
export function Instances() {
  const [view, setView] = useState<View>('connected');
  const [text, setText] = useState('');
  const { data, error, mutate } = useInstances(view);
  const connected = useLiveValue((state) => state.connected);
  const needle = text.trim().toLowerCase();
  const rows = (data?.items ?? []).filter((row) =>
    [row.instanceId, row.service, row.zone ?? ''].some((part) =>
      part.toLowerCase().includes(needle),
    ),
  );
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
      <div className="mb-4 flex flex-wrap items-center gap-2">
        <Input
          type="search"
          aria-label="Search instances"
          placeholder="Search instances"
          value={text}
          onChange={({ target }) => {
            setText(target.value);
          }}
          className="max-w-xs flex-1"
        />
        <Segmented label="Which" value={view} options={VIEWS} onChange={setView} />
      </div>
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
        ) : data.items.length > 0 ? (
          <EmptyState icon={SearchX} title="No instance matches">
            Change or clear the search.
          </EmptyState>
        ) : (
          <Empty />
        )}
      </section>
    </>
  );
}
