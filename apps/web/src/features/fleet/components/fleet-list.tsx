'use client';

import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { ChevronDown } from 'lucide-react';
import { memo, useCallback, useLayoutEffect, useRef, useState } from 'react';
import { cn } from '@/lib/cn';
import { plural } from '@/lib/format';
import type { FleetItem, GroupItem } from '../fleet-items';
import type { Density, Grouping } from '../fleet-view';
import { COLUMNS, FleetRow } from './fleet-row';
import { useRowHeights } from './use-row-heights';
import { useRowKeys } from './use-row-keys';

/** What the server draws: a window of about this height. */
const FIRST_RECT = { width: 0, height: 1_100 };
const OVERSCAN = 4;

export function Heads() {
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

const NAMELESS = {
  none: '',
  owner: 'No owner',
  tag: 'No tag',
  service: 'Not called within a week',
} as const satisfies Record<Grouping, string>;

interface GroupHeadProps {
  readonly item: GroupItem;
  readonly grouping: Grouping;
  readonly folded: boolean;
  readonly onFold: (id: string) => void;
}

function GroupHead({ item, grouping, folded, onFold }: GroupHeadProps) {
  return (
    <li className="h-10 border-b border-line bg-sunken">
      <button
        type="button"
        aria-expanded={!folded}
        onClick={() => {
          onFold(item.id);
        }}
        className="flex h-full w-full items-center gap-2 px-4 text-left text-sm font-medium hover:bg-hover focus-visible:-outline-offset-2"
      >
        <ChevronDown
          size={14}
          aria-hidden
          className={cn('text-fg-3 transition-transform', folded && '-rotate-90')}
        />
        <bdi className="min-w-0 truncate">{item.name === '' ? NAMELESS[grouping] : item.name}</bdi>
        <span className="num shrink-0 text-xs font-normal text-fg-3">
          {plural(item.count, 'breaker')}
          {item.trouble > 0 ? `, ${item.trouble} not closed` : ''}
          {item.instances === null ? '' : ` · ${plural(item.instances, 'instance')}`}
        </span>
      </button>
    </li>
  );
}

/** How far the list's beginning lies below the page's. */
function useOffset(): [(element: HTMLElement | null) => void, number] {
  const [offset, setOffset] = useState(0);
  const element = useRef<HTMLElement | null>(null);
  const measure = useCallback(() => {
    const { current } = element;
    if (current !== null) setOffset(current.getBoundingClientRect().top + scrollY);
  }, []);
  useLayoutEffect(() => {
    measure();
    const sizes = new ResizeObserver(measure);
    sizes.observe(document.body);
    return () => {
      sizes.disconnect();
    };
  }, [measure]);
  const attach = useCallback((next: HTMLElement | null) => {
    element.current = next;
  }, []);
  return [attach, offset];
}

interface FleetListProps {
  readonly items: readonly FleetItem[];
  readonly density: Density;
  readonly grouping: Grouping;
  readonly folded: ReadonlySet<string>;
  readonly onFold: (id: string) => void;
}

/** Only the lines in sight are drawn: thousands of breakers cost no more than those that are looked at. */
export const FleetList = memo(function FleetList({
  items,
  density,
  grouping,
  folded,
  onFold,
}: FleetListProps) {
  const [attach, scrollMargin] = useOffset();
  const heights = useRowHeights(density);
  const list = useWindowVirtualizer({
    count: items.length,
    estimateSize: (index) => (items[index]?.kind === 'group' ? heights.group : heights.row),
    getItemKey: (index) => items[index]?.id ?? index,
    overscan: OVERSCAN,
    scrollMargin,
    initialRect: FIRST_RECT,
    useFlushSync: false,
  });
  const { measure } = list;
  useLayoutEffect(measure, [measure, heights.row, heights.group, items.length, grouping]);
  const lines = list.getVirtualItems();
  const rows = items.filter(({ kind }) => kind === 'breaker').length;
  const from = (lines[0]?.start ?? scrollMargin) - scrollMargin;
  const to = (lines.at(-1)?.end ?? scrollMargin) - scrollMargin;
  useRowKeys({
    count: items.length,
    current: () =>
      Number(document.activeElement?.closest<HTMLElement>('[data-line]')?.dataset.line ?? -1),
    goTo: (index) => {
      list.scrollToIndex(index, { align: 'auto' });
      requestAnimationFrame(() => {
        document.querySelector<HTMLElement>(`[data-line="${index}"] a`)?.focus();
      });
    },
  });
  return (
    <ul
      ref={attach}
      style={{ paddingTop: from, paddingBottom: Math.max(0, list.getTotalSize() - to) }}
    >
      {lines.map(({ index, key }) => {
        const item = items[index];
        if (item === undefined) return null;
        return item.kind === 'group' ? (
          <GroupHead
            key={key}
            item={item}
            grouping={grouping}
            folded={folded.has(item.id)}
            onFold={onFold}
          />
        ) : (
          <FleetRow
            key={key}
            breaker={item.breaker}
            density={density}
            line={index}
            position={item.position}
            of={rows}
          />
        );
      })}
    </ul>
  );
});
