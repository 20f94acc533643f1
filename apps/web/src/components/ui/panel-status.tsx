'use client';

import { RotateCw } from 'lucide-react';
import { messageOf } from '@/lib/problem';
import { Button } from './button';
import { Callout } from './callout';
import { Skeleton } from './skeleton';

interface PanelStatusProps {
  readonly error: Error | undefined;
  readonly onRetry: () => void;
  /** Lines of text that will stand here. */
  readonly lines?: number;
}

/** What a panel shows in place of values that it does not have: why, and how to try again, or that it is reading. */
export function PanelStatus({ error, onRetry, lines = 2 }: PanelStatusProps) {
  if (error !== undefined) {
    return (
      <Callout
        kind="problem"
        action={
          <Button size="sm" onClick={onRetry}>
            <RotateCw size={12} aria-hidden /> Try again
          </Button>
        }
      >
        {messageOf(error)}
      </Callout>
    );
  }
  return (
    <div role="status" className="flex flex-col gap-2 py-1">
      <span className="sr-only">Reading…</span>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} className={line % 2 === 0 ? 'h-4 w-2/3' : 'h-4 w-2/5'} />
      ))}
    </div>
  );
}
