import type { ReactNode } from 'react';
import { cn } from '@/lib/cn';

interface ScrollableProps {
  /** What is in it, for who cannot see it. */
  readonly label: string;
  readonly live?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}

/** What may be wider than its place, e.g. a table on a phone: moved by finger, wheel or arrow keys. */
export function Scrollable({ label, live = false, className, children }: ScrollableProps) {
  return (
    <div
      role="group"
      aria-label={label}
      tabIndex={0}
      // Positioned: else what is hidden from sight within would widen the page, and a phone zooms out.
      className={cn(
        'relative scroll-thin overflow-x-auto focus-visible:-outline-offset-2',
        className,
      )}
      {...(live ? { 'data-live': true } : {})}
    >
      {children}
    </div>
  );
}
