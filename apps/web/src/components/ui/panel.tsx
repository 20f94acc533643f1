import type { ReactNode } from 'react';
import { cn } from '@/lib/cn';

interface PanelProps {
  readonly title?: ReactNode;
  /** At the right end of the title line. */
  readonly aside?: ReactNode;
  readonly className?: string;
  /** In place of the padding. */
  readonly bodyClassName?: string;
  readonly labelledBy?: string;
  readonly children: ReactNode;
}

export function Panel({
  title,
  aside,
  className,
  bodyClassName = 'p-4',
  labelledBy,
  children,
}: PanelProps) {
  return (
    <section
      {...(labelledBy === undefined ? {} : { 'aria-labelledby': labelledBy })}
      className={cn('min-w-0 rounded-xl border border-line bg-surface', className)}
    >
      {title === undefined ? null : (
        <div className="flex min-h-11 flex-wrap items-center justify-between gap-x-3 gap-y-2 border-b border-line px-4 py-2">
          <h2 id={labelledBy} className="text-sm font-semibold tracking-tight">
            {title}
          </h2>
          {aside}
        </div>
      )}
      <div className={bodyClassName}>{children}</div>
    </section>
  );
}

/** A word over a value, for lists of facts. */
export function Fact({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-fg-3">{label}</dt>
      <dd className="num mt-0.5 truncate text-sm text-fg">{children}</dd>
    </div>
  );
}
