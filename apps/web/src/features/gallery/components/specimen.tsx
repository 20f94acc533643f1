import type { ReactNode } from 'react';
import { cn } from '@/lib/cn';

interface SectionProps {
  readonly title: string;
  readonly children: ReactNode;
}

export function Section({ title, children }: SectionProps) {
  const id = `gallery-${title.toLowerCase().replaceAll(/\W+/g, '-')}`;
  return (
    <section aria-labelledby={id} className="border-t border-line py-6">
      <h2 id={id} className="mb-4 text-base font-semibold tracking-tight">
        {title}
      </h2>
      <div className="flex flex-col gap-4">{children}</div>
    </section>
  );
}

interface RowProps {
  readonly label: string;
  readonly align?: 'center' | 'start';
  readonly children: ReactNode;
}

/** One primitive in its states. */
export function Row({ label, align = 'center', children }: RowProps) {
  return (
    <div className="grid gap-x-6 gap-y-2 sm:grid-cols-[9rem_minmax(0,1fr)] sm:items-center">
      <p className="text-xs text-fg-3">{label}</p>
      <div
        className={cn('flex flex-wrap gap-3', align === 'center' ? 'items-center' : 'items-start')}
      >
        {children}
      </div>
    </div>
  );
}
