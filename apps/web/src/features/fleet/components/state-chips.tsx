'use client';

import {
  ChartPie,
  CircleCheck,
  CircleDotDashed,
  CircleSlash,
  Eye,
  Hand,
  type LucideIcon,
} from 'lucide-react';
import { TEXT } from '@/components/state/tones';
import { cn } from '@/lib/cn';
import { type FleetCounts, type FleetGroup, GROUP_WORDS, GROUPS } from '../fleet-view';

const ICONS: Record<FleetGroup, LucideIcon> = {
  open: CircleSlash,
  half: CircleDotDashed,
  part: ChartPie,
  held: Hand,
  closed: CircleCheck,
  observe: Eye,
};

/** Parts of one breaker may be in any state: no colour tells of them. */
const COLOURS: Record<FleetGroup, string> = { ...TEXT, part: 'text-fg' };

interface StateChipsProps {
  readonly counts: FleetCounts;
  readonly chosen: readonly FleetGroup[];
  readonly onChange: (chosen: readonly FleetGroup[]) => void;
}

/** How many breakers are in which state; each figure is a filter. */
export function StateChips({ counts, chosen, onChange }: StateChipsProps) {
  return (
    <div
      role="group"
      aria-label="Filter by state"
      className="scroll-thin -mx-1 flex gap-1.5 overflow-x-auto p-1"
    >
      {GROUPS.map((group) => {
        const Icon = ICONS[group];
        const on = chosen.includes(group);
        const some = counts[group] > 0;
        return (
          <button
            key={group}
            type="button"
            aria-pressed={on}
            onClick={() => {
              onChange(on ? chosen.filter((one) => one !== group) : [...chosen, group]);
            }}
            className={cn(
              'flex h-8 shrink-0 items-center gap-1.5 rounded-md border px-2.5 text-xs transition-colors hover:bg-hover',
              on ? 'border-fg-3 bg-hover text-fg' : 'border-line bg-surface text-fg-2',
            )}
          >
            <Icon
              size={14}
              strokeWidth={2.25}
              aria-hidden
              className={some ? COLOURS[group] : 'text-fg-3'}
            />
            {GROUP_WORDS[group]}
            <span data-live className={cn('num font-semibold', some ? 'text-fg' : 'text-fg-3')}>
              {counts[group]}
            </span>
          </button>
        );
      })}
    </div>
  );
}
