'use client';

import { ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Clock } from '@/components/ui/time';
import { cn } from '@/lib/cn';

interface FoldingRowProps {
  readonly at: number;
  /** Beside the time: what happened, in two cells. */
  readonly told: ReactNode;
  /** Around what is unfolded. */
  readonly className?: string;
  /** Drawn only while it is unfolded. */
  readonly children: ReactNode;
}

/** A line of the audit log, which unfolds. */
export function FoldingRow({ at, told, className, children }: FoldingRowProps) {
  const [open, setOpen] = useState(false);
  return (
    <li className="border-b border-line last:border-b-0">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => {
          setOpen(!open);
        }}
        className="grid w-full grid-cols-[1rem_minmax(0,1fr)] gap-x-3 gap-y-1 px-4 py-3 text-left hover:bg-hover focus-visible:-outline-offset-2 md:grid-cols-[1rem_12.5rem_minmax(0,24rem)_minmax(0,1fr)] md:items-center"
      >
        <ChevronRight
          size={14}
          aria-hidden
          className={cn(
            'text-fg-3 transition-transform max-md:row-span-3 max-md:mt-0.5',
            open && 'rotate-90',
          )}
        />
        <span className="text-xs text-fg-2">
          <Clock at={at} withDate />
        </span>
        {told}
      </button>
      {open ? (
        <div className={cn('animate-fade border-t border-line bg-sunken', className)}>
          {children}
        </div>
      ) : null}
    </li>
  );
}
