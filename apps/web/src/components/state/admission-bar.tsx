import { formatAdmission, sixteenths } from '@recloser/core';
import { cn } from '@/lib/cn';
import type { Tone } from '@/lib/vocabulary';
import { MARK } from './tones';

const CELLS = Array.from({ length: 16 }, (_, index) => index);

interface AdmissionBarProps {
  readonly admission: number;
  readonly tone: Tone;
  readonly className?: string;
}

/** How much of the traffic may pass, in sixteenths: each cell is 6.25 %. */
export function AdmissionBar({ admission, tone, className }: AdmissionBarProps) {
  const filled = sixteenths(admission);
  return (
    <div
      role="img"
      aria-label={`Admission ${formatAdmission(admission)}`}
      className={cn('flex h-3 w-full gap-px', tone === 'closed' && 'opacity-50', className)}
    >
      {CELLS.map((cell) => {
        const share = Math.min(1, Math.max(0, filled - cell));
        return (
          <span key={cell} className="relative flex-1 overflow-hidden rounded-[1.5px] bg-line">
            <span
              className={cn(
                'absolute inset-y-0 left-0 transition-[width] duration-300',
                MARK[tone],
              )}
              style={{ width: `${share * 100}%` }}
            />
          </span>
        );
      })}
    </div>
  );
}
