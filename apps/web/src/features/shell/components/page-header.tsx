import type { ReactNode } from 'react';
import { PageTitle } from './page-title';

interface PageHeaderProps {
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  /** The page keeps the tab's title itself. */
  readonly ownTitle?: boolean;
}

export function PageHeader({ title, description, actions, ownTitle = false }: PageHeaderProps) {
  return (
    <>
      {typeof title === 'string' && !ownTitle ? <PageTitle title={title} /> : null}
      <header className="mb-5 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 className="text-xl leading-7 font-semibold tracking-tight">{title}</h1>
          {description === undefined ? null : (
            <p className="mt-0.5 text-sm text-pretty text-fg-2">{description}</p>
          )}
        </div>
        {actions === undefined ? null : (
          <div className="flex flex-wrap items-center gap-2">{actions}</div>
        )}
      </header>
    </>
  );
}
