import { ADMISSION_ALL, formatAdmission } from '@recloser/core';
import { cn } from '@/lib/cn';
import type { Tone } from '@/lib/vocabulary';
import { MARK } from './tones';

interface AdmissionBarProps {
  readonly admission: number;
  readonly tone: Tone;
  readonly thin?: boolean;
}

/** How much of the traffic may pass, in sixteenths: each cell is 6.25%. One element is cut into cells by a mask. */
export function AdmissionBar({ admission, tone, thin = false }: AdmissionBarProps) {
  return (
    <div
      role="img"
      aria-label={`Admission ${formatAdmission(admission)}`}
      className={cn(
        'sixteenths w-full overflow-hidden rounded-[2px] bg-line',
        thin ? 'h-2' : 'h-3',
        tone === 'closed' && 'opacity-50',
      )}
    >
      <div
        className={cn('h-full transition-[width] duration-300', MARK[tone])}
        style={{ width: `${(100 * admission) / ADMISSION_ALL}%` }}
      />
    </div>
  );
}
