'use client';

import type { InstanceSplit } from '@recloser/protocol';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Panel } from '@/components/ui/panel';
import { cn } from '@/lib/cn';
import { formatShare, plural } from '@/lib/format';
import { useSplit } from '../api/use-fleet-of';
import { useBreakerOfPage } from './breaker-context';

const SHORT = 8;

interface RowProps {
  readonly item: InstanceSplit;
  readonly most: number;
  readonly seq: number;
}

function InstanceRow({ item, most, seq }: RowProps) {
  const calls = item.ok + item.failures;
  const rate = calls === 0 ? null : item.failures / calls;
  const width = (count: number) => `${most === 0 ? 0 : (100 * count) / most}%`;
  return (
    <tr className="border-t border-line">
      <th
        scope="row"
        className="max-w-40 truncate py-2 pr-3 text-left font-normal"
        title={item.instanceId}
      >
        <span className="font-mono text-xs">{item.instanceId}</span>
        <span className="block truncate text-2xs text-fg-3">
          {item.service}
          {item.zone === null ? '' : ` · ${item.zone}`}
          {item.ackedSeq < seq ? ' · behind' : ''}
        </span>
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
    <p className="flex gap-3 text-2xs text-fg-3" aria-hidden>
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

/** Is it everywhere, or one bad node? */
export function SplitPanel() {
  const breaker = useBreakerOfPage();
  const split = useSplit(breaker.key);
  const [all, setAll] = useState(false);
  const items = split?.items ?? [];
  const shown = all ? items : items.slice(0, SHORT);
  const most = Math.max(0, ...items.map(({ ok, failures, rejected }) => ok + failures + rejected));
  return (
    <Panel
      title="By instance"
      labelledBy="split-title"
      aside={<Legend />}
      bodyClassName="px-4 pt-1 pb-3"
    >
      {items.length === 0 ? (
        <p className="py-3 text-sm text-fg-3">
          {split === null
            ? 'Waiting for a report…'
            : 'No instance has used it in the last seconds.'}
        </p>
      ) : (
        <div className="scroll-thin overflow-x-auto" data-live>
          <table className="w-full text-sm">
            <thead className="sr-only">
              <tr>
                <th scope="col">Instance</th>
                <th scope="col">Calls</th>
                <th scope="col">Failed of all</th>
                <th scope="col">Failure rate</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((item) => (
                <InstanceRow key={item.instanceId} item={item} most={most} seq={breaker.seq} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {items.length > SHORT ? (
        <Button
          size="sm"
          variant="ghost"
          onClick={() => {
            setAll(!all);
          }}
          className="mt-1 -ml-2"
        >
          {all ? 'Show fewer' : `Show all ${plural(split?.total ?? items.length, 'instance')}`}
        </Button>
      ) : null}
    </Panel>
  );
}
