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

interface StateChipsProps {
  readonly counts: Readonly<Record<Tone, number>>;
  readonly chosen: readonly Tone[];
  readonly onChange: (chosen: readonly Tone[]) => void;
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
              className={some ? TEXT[group] : 'text-fg-3'}
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
