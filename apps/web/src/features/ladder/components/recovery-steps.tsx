import { Check, CircleSlash, Hand, Pause, Radar, ShieldCheck } from 'lucide-react';
import { MARK, SOFT, TEXT } from '@/components/state/tones';
import { cn } from '@/lib/cn';
import type { Tone } from '@/lib/vocabulary';
import type { Rung } from '../ladder';

const LOWEST = 18;
/** More stairs than these have no room for their names side by side on a phone. */
const DENSE = 6;

const ICONS = {
  open: CircleSlash,
  probe: Radar,
  exact: Hand,
  closed: ShieldCheck,
} as const;

function RungIcon({ rung, paused }: { readonly rung: Rung; readonly paused: boolean }) {
  if (rung.status === 'passed') return <Check size={14} strokeWidth={2.5} aria-hidden />;
  if (rung.status === 'current' && paused) return <Pause size={14} strokeWidth={2.5} aria-hidden />;
  if (rung.kind === 'step') return null;
  const Icon = ICONS[rung.kind];
  return <Icon size={14} strokeWidth={2.25} aria-hidden />;
}

const STATUS_WORDS = { passed: 'passed', current: 'now', ahead: 'ahead' } as const;

interface RecoveryStepProps {
  readonly rung: Rung;
  readonly height: number;
  readonly tone: Tone;
  /** How far the present stair is on its way to the next, 0…1. */
  readonly share: number;
  readonly paused: boolean;
  /** So many that on a phone their names stand upright. */
  readonly dense: boolean;
}

function RecoveryStep({ rung, height, tone, share, paused, dense }: RecoveryStepProps) {
  const current = rung.status === 'current';
  return (
    <li
      aria-current={current ? 'step' : undefined}
      className="flex min-w-0 flex-1 flex-col justify-end"
    >
      <span
        className={cn(
          'relative flex flex-col items-center justify-center overflow-hidden rounded-t-md border-x border-t transition-[height] duration-300',
          current && ['border-transparent', SOFT[tone]],
          rung.status === 'passed' && 'border-line bg-hover text-fg-2',
          rung.status === 'ahead' && 'border-dashed border-line-strong text-fg-3',
        )}
        style={{ height: `${height}px` }}
      >
        {current ? (
          <span
            aria-hidden
            className={cn(
              'absolute inset-x-0 bottom-0 opacity-25 transition-[height] duration-100',
              MARK[tone],
            )}
            style={{ height: `${share * 100}%` }}
          />
        ) : null}
        <span className="relative">
          <RungIcon rung={rung} paused={paused} />
        </span>
      </span>
      <span aria-hidden className={cn('h-1 rounded-b-xs', current ? MARK[tone] : 'bg-line')} />
      <span
        className={cn(
          'num mt-2 text-center text-xs font-medium whitespace-nowrap sm:text-sm',
          dense &&
            'max-sm:h-12 max-sm:rotate-180 max-sm:self-center max-sm:text-right max-sm:[writing-mode:vertical-rl]',
          current ? TEXT[tone] : rung.status === 'passed' ? 'text-fg' : 'text-fg-2',
        )}
      >
        {rung.label}
      </span>
      <span
        className={cn('num truncate text-center text-2xs text-fg-3', dense && 'max-sm:sr-only')}
      >
        {current ? 'now' : rung.note}
        <span className="sr-only">, {STATUS_WORDS[rung.status]}</span>
      </span>
    </li>
  );
}

interface RecoveryStepsProps {
  readonly rungs: readonly Rung[];
  readonly tone: Tone;
  readonly share: number;
  readonly paused: boolean;
}

/** The way back as a flight of stairs, each as high as it stands in the order. */
export function RecoverySteps({ rungs, tone, share, paused }: RecoveryStepsProps) {
  const rise = 104 / Math.max(1, rungs.length - 1);
  return (
    <ol aria-label="Recovery ladder" className="flex min-h-[11rem] items-end gap-1 sm:gap-1.5">
      {rungs.map((rung, index) => (
        <RecoveryStep
          key={rung.id}
          rung={rung}
          height={LOWEST + index * rise}
          tone={tone}
          share={share}
          paused={paused}
          dense={rungs.length > DENSE}
        />
      ))}
    </ol>
  );
}
