import type { Mode, StateKind, TransitionCause } from '@recloser/core';
import {
  CircleCheck,
  CircleDotDashed,
  CircleSlash,
  Eye,
  Hand,
  Pause,
  type LucideIcon,
  SunDim,
  TrendingUp,
} from 'lucide-react';
import { createElement, type ReactNode } from 'react';
import { cn } from '@/lib/cn';
import { partsWord, stateWord, type Tone, toneOf, troubledParts } from '@/lib/vocabulary';
import { SOFT, TEXT } from './tones';

const ICONS: Record<StateKind, LucideIcon> = {
  closed: CircleCheck,
  open: CircleSlash,
  probing: CircleDotDashed,
  ramping: TrendingUp,
  dimmed: SunDim,
};

interface StateSummaryProps {
  readonly state: StateKind;
  readonly mode: Mode;
}

interface StateBadgeProps extends StateSummaryProps {
  /** Of the last transition: in observe it tells what would have happened. */
  readonly cause?: TransitionCause | null;
  readonly paused?: boolean;
  /** Behind the word: "at 18.75%". */
  readonly detail?: string;
  readonly large?: boolean;
}

interface PillProps {
  readonly tone: Tone;
  readonly icon: LucideIcon;
  readonly large?: boolean;
  readonly quiet?: boolean;
  readonly children: ReactNode;
}

function Pill({ tone, icon: Icon, large = false, quiet = false, children }: PillProps) {
  return (
    <span
      className={cn(
        'inline-flex shrink-0 items-center font-medium whitespace-nowrap',
        large ? 'h-8 gap-2 rounded-lg text-base' : 'h-6 gap-1.5 rounded-md text-xs',
        // In a list, what is well stays quiet, so that trouble stands out.
        quiet ? TEXT[tone] : [SOFT[tone], large ? 'px-3' : 'px-2'],
      )}
    >
      <Icon size={large ? 17 : 13} strokeWidth={2.25} aria-hidden />
      {children}
    </span>
  );
}

function iconOf({ state, mode }: StateSummaryProps): LucideIcon {
  return mode === 'observe' ? Eye : ICONS[state];
}

/** State by icon, word and colour. */
export function StateBadge({
  state,
  mode,
  cause = null,
  paused = false,
  detail = '',
  large = false,
}: StateBadgeProps) {
  return (
    <Pill
      tone={toneOf({ state, mode })}
      icon={paused ? Pause : iconOf({ state, mode })}
      large={large}
      quiet={!large && (state === 'closed' || mode === 'observe')}
    >
      {stateWord({ state, mode, cause, paused })}
      {detail === '' ? '' : ` ${detail}`}
    </Pill>
  );
}

export function HeldBadge({ large = false }: { readonly large?: boolean }) {
  return (
    <Pill tone="held" icon={Hand} large={large}>
      Held
    </Pill>
  );
}

interface PartsBadgeProps {
  readonly scopes: readonly StateSummaryProps[];
}

/** Parts of the fleet that do not let all traffic through; nothing where there are none. */
export function PartsBadge({ scopes }: PartsBadgeProps) {
  const [worst] = troubledParts(scopes);
  if (worst === undefined) return null;
  return (
    <Pill tone={toneOf(worst)} icon={iconOf(worst)}>
      {partsWord(scopes)}
    </Pill>
  );
}

/** The icon alone, where the word stands beside it. */
export function StateIcon({
  state,
  mode,
  size = 14,
}: StateSummaryProps & { readonly size?: number }) {
  return createElement(iconOf({ state, mode }), {
    size,
    strokeWidth: 2.25,
    'aria-hidden': true,
    className: cn('shrink-0', TEXT[toneOf({ state, mode })]),
  });
}
