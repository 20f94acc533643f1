import { type ComponentProps, type ReactNode, useId } from 'react';
import { cn } from '@/lib/cn';

const CONTROL =
  'control rounded-md text-fg transition-colors focus-visible:outline-offset-0 aria-invalid:border-open-mark disabled:cursor-not-allowed disabled:opacity-50';

export function Input({ className, ...props }: ComponentProps<'input'>) {
  return <input className={cn(CONTROL, className)} {...props} />;
}

export function Textarea({ className, ...props }: ComponentProps<'textarea'>) {
  return <textarea className={cn(CONTROL, 'h-auto py-2', className)} {...props} />;
}

export function Select({ className, ...props }: ComponentProps<'select'>) {
  return <select className={cn(CONTROL, 'pr-7', className)} {...props} />;
}

interface FieldProps {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly error?: ReactNode;
  readonly className?: string;
  readonly children: (ids: {
    readonly id: string;
    readonly 'aria-describedby': string | undefined;
    readonly 'aria-invalid': boolean | undefined;
  }) => ReactNode;
}

/** A control with its label, a hint below it, and an error that replaces the hint. */
export function Field({ label, hint, error, className, children }: FieldProps) {
  const id = useId();
  const wrong = error !== undefined && error !== null;
  const note = wrong ? error : hint;
  const noteId = `${id}-note`;
  return (
    <div className={cn('flex min-w-0 flex-col gap-1.5', className)}>
      <label htmlFor={id} className="text-xs font-medium text-fg-2">
        {label}
      </label>
      {children({
        id,
        'aria-describedby': note === undefined ? undefined : noteId,
        'aria-invalid': wrong ? true : undefined,
      })}
      {note === undefined ? null : (
        <p id={noteId} className={cn('text-xs', wrong ? 'text-open' : 'text-fg-3')}>
          {note}
        </p>
      )}
    </div>
  );
}
