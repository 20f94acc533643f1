import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly children?: ReactNode;
}

export function EmptyState({ icon: Icon, title, children }: EmptyStateProps) {
  return (
    <div className="grid place-items-center px-6 py-16 text-center">
      <Icon size={22} className="text-fg-3" aria-hidden strokeWidth={1.5} />
      <p className="mt-3 text-base font-medium">{title}</p>
      {children === undefined ? null : (
        <div className="mt-1 max-w-md text-sm text-pretty text-fg-2">{children}</div>
      )}
    </div>
  );
}
