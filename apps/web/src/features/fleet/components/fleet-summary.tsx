'use client';

import {
  CircleCheck,
  CircleDotDashed,
  CircleSlash,
  Eye,
  Hand,
  type LucideIcon,
} from 'lucide-react';
import { TEXT } from '@/components/state/tones';
import { cn } from '@/lib/cn';
import type { Tone } from '@/lib/vocabulary';
import { GROUP_WORDS, GROUPS } from '../fleet-view';

const ICONS: Record<Tone, LucideIcon> = {
  open: CircleSlash,
  half: CircleDotDashed,
  held: Hand,
  closed: CircleCheck,
  observe: Eye,
};

interface FleetSummaryProps {
  readonly counts: Readonly<Record<Tone, number>>;
  readonly chosen: readonly Tone[];
  readonly onChange: (chosen: readonly Tone[]) => void;
}

/** How many breakers are in which state; each figure is a filter. */
export function FleetSummary({ counts, chosen, onChange }: FleetSummaryProps) {
  return (
    <div
      role="group"
      aria-label="Filter by state"
      className="grid grid-cols-5 overflow-hidden rounded-xl border border-line bg-surface"
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
              'flex flex-col items-start gap-1 border-r border-line px-3 py-3 text-left transition-colors last:border-r-0 hover:bg-hover focus-visible:-outline-offset-2 sm:px-4',
              on && 'bg-hover shadow-[inset_0_-2px_0_var(--fg)]',
            )}
          >
            <span className="flex items-center gap-1.5 text-xs text-fg-2">
              <Icon
                size={14}
                strokeWidth={2.25}
                aria-hidden
                className={some ? TEXT[group] : 'text-fg-3'}
              />
              <span className="max-sm:sr-only">{GROUP_WORDS[group]}</span>
            </span>
            <span
              data-live
              className={cn(
                'num text-2xl leading-7 font-semibold tracking-tight',
                !some && 'text-fg-3',
              )}
            >
              {counts[group]}
            </span>
            <span className="text-2xs text-fg-3 sm:hidden" aria-hidden>
              {GROUP_WORDS[group]}
            </span>
          </button>
        );
      })}
    </div>
  );
}
