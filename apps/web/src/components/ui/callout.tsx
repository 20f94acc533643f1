import { Info, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '@/lib/cn';

interface CalloutProps {
  /** `problem` is read out at once. */
  readonly kind?: 'note' | 'problem';
  readonly icon?: LucideIcon;
  /** At the right end, e.g. a button that tries again. */
  readonly action?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A sentence that must not be overlooked. */
export function Callout({ kind = 'note', icon, action, className, children }: CalloutProps) {
  const Icon = icon ?? (kind === 'problem' ? TriangleAlert : Info);
  return (
    <div
      {...(kind === 'problem' ? { role: 'alert' } : {})}
      className={cn(
        'flex items-start gap-2 rounded-md border bg-sunken px-3 py-2 text-sm text-pretty',
        kind === 'problem' ? 'border-line-strong text-fg' : 'border-line text-fg-2',
        className,
      )}
    >
      <Icon size={15} className="mt-0.5 shrink-0" aria-hidden />
      <div className="min-w-0 flex-1 break-words">{children}</div>
      {action}
    </div>
  );
}
