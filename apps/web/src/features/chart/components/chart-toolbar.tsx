'use client';

import { ChevronLeft, ChevronRight, ZoomIn, ZoomOut } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Segmented } from '@/components/ui/segmented';
import { storeNow } from '@/lib/clock';
import { type ChartView, moved, type Range, RANGE_NAMES, RANGES, zoomed } from '../chart-view';

const OPTIONS = RANGE_NAMES.map((value) => ({ value, label: RANGES[value].label }));

const MOVES = [
  { label: 'Earlier', icon: ChevronLeft, to: (view: ChartView) => moved(view, -1, storeNow()) },
  { label: 'Later', icon: ChevronRight, to: (view: ChartView) => moved(view, 1, storeNow()) },
  { label: 'Zoom in', icon: ZoomIn, to: (view: ChartView) => zoomed(view, 0.5, storeNow()) },
  { label: 'Zoom out', icon: ZoomOut, to: (view: ChartView) => zoomed(view, 2, storeNow()) },
] as const;

interface ChartToolbarProps {
  readonly view: ChartView;
  readonly onChange: (view: ChartView) => void;
}

/** The ways through thirty days; the chart itself is brushed with the pointer. */
export function ChartToolbar({ view, onChange }: ChartToolbarProps) {
  return (
    <div className="flex flex-wrap items-center justify-end gap-1">
      {MOVES.map(({ label, icon: Icon, to }) => (
        <Button
          key={label}
          size="icon-sm"
          variant="ghost"
          aria-label={label}
          title={label}
          onClick={() => {
            onChange(to(view));
          }}
        >
          <Icon size={15} aria-hidden />
        </Button>
      ))}
      <Segmented<Range | 'fixed'>
        label="Time range"
        value={view.kind === 'live' ? view.range : 'fixed'}
        options={OPTIONS}
        onChange={(range) => {
          if (range !== 'fixed') onChange({ kind: 'live', range });
        }}
      />
    </div>
  );
}
