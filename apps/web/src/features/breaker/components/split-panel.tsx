'use client';

import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Panel } from '@/components/ui/panel';
import { PanelStatus } from '@/components/ui/panel-status';
import { Scrollable } from '@/components/ui/scrollable';
import { Segmented } from '@/components/ui/segmented';
import { cn } from '@/lib/cn';
import { formatShare, plural } from '@/lib/format';
import { useSplit } from '../api/use-fleet-of';
import { type SplitBy, splitRows, type SplitRow, SPLITS } from '../split-groups';
import { useBreakerOfPage } from './breaker-context';

const SHORT = 8;

const OPTIONS = SPLITS.map((value) => ({
  value,
  label: { instance: 'Instance', zone: 'Zone', service: 'Service' }[value],
}));

interface RowProps {
  readonly item: SplitRow;
  readonly most: number;
}

function InstanceRow({ item, most }: RowProps) {
  const calls = item.ok + item.failures;
  const rate = calls === 0 ? null : item.failures / calls;
  const width = (count: number) => `${most === 0 ? 0 : (100 * count) / most}%`;
  return (
    <tr className="border-t border-line">
      <th
        scope="row"
        className="max-w-40 truncate py-2 pr-3 text-left font-normal"
        title={item.name}
      >
        <bdi className="font-mono text-xs">{item.name}</bdi>
        <span className="block truncate text-2xs text-fg-3">{item.note}</span>
      </th>
      <td className="w-full py-2 pr-3">
        <span className="flex h-2 w-full overflow-hidden rounded-xs bg-sunken" aria-hidden>
          <span className="bg-fg-3" style={{ width: width(item.ok) }} />
          <span className="bg-fg" style={{ width: width(item.failures) }} />
          <span
            className="bg-[repeating-linear-gradient(135deg,var(--line-strong)_0_2px,transparent_2px_4px)]"
            style={{ width: width(item.rejected) }}
          />
        </span>
      </td>
      <td className="num py-2 pr-3 text-right text-xs whitespace-nowrap">
        {item.failures}/{calls}
      </td>
      <td
        className={cn(
          'num py-2 text-right text-xs whitespace-nowrap',
          rate !== null && rate > 0.5 && 'font-semibold',
        )}
      >
        {formatShare(rate)}
      </td>
    </tr>
  );
}

function Legend() {
  return (
    <p className="mb-1.5 flex gap-3 text-2xs text-fg-3" aria-hidden>
      <span className="flex items-center gap-1">
        <span className="size-2 rounded-xs bg-fg-3" /> ok
      </span>
      <span className="flex items-center gap-1">
        <span className="size-2 rounded-xs bg-fg" /> failed
      </span>
      <span className="flex items-center gap-1">
        <span className="size-2 rounded-xs bg-[repeating-linear-gradient(135deg,var(--line-strong)_0_2px,transparent_2px_4px)]" />{' '}
        rejected
      </span>
    </p>
  );
}

interface SplitTableProps {
  readonly rows: readonly SplitRow[];
  readonly most: number;
}

function SplitTable({ rows, most }: SplitTableProps) {
  return (
    <Scrollable label="Calls by part" live>
      <table className="w-full text-sm">
        <thead className="sr-only">
          <tr>
            <th scope="col">Part of the fleet</th>
            <th scope="col">Calls</th>
            <th scope="col">Failed of all</th>
            <th scope="col">Failure rate</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <InstanceRow key={row.id} item={row} most={most} />
          ))}
        </tbody>
      </table>
    </Scrollable>
  );
}

/** Is it everywhere, or one bad node? */
export function SplitPanel() {
  const breaker = useBreakerOfPage();
  const { data: split, error, mutate } = useSplit(breaker.key);
  const [by, setBy] = useState<SplitBy>('instance');
  const [all, setAll] = useState(false);
  const rows = splitRows(split?.items ?? [], by, breaker.seq);
  const most = Math.max(0, ...rows.map(({ ok, failures, rejected }) => ok + failures + rejected));
  return (
    <Panel
      title="Across the fleet"
      labelledBy="split-title"
      aside={<Segmented label="Split by" value={by} options={OPTIONS} onChange={setBy} />}
      bodyClassName="px-4 pt-2 pb-3"
    >
      <Legend />
      {split === undefined ? (
        <PanelStatus error={error} onRetry={() => void mutate()} lines={4} />
      ) : rows.length === 0 ? (
        <p className="py-3 text-sm text-fg-3">No instance has used it in the last seconds.</p>
      ) : (
        <SplitTable rows={all ? rows : rows.slice(0, SHORT)} most={most} />
      )}
      {rows.length > SHORT ? (
        <Button
          size="sm"
          variant="ghost"
          onClick={() => {
            setAll(!all);
          }}
          className="mt-1 -ml-2"
        >
          {all ? 'Show fewer' : `Show all ${rows.length}`}
        </Button>
      ) : null}
      {split !== undefined && split.total > split.items.length ? (
        <p className="text-xs text-fg-3">
          The {plural(split.items.length, 'worst instance')} of {split.total}.
        </p>
      ) : null}
    </Panel>
  );
}
