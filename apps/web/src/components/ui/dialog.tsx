'use client';

import { X } from 'lucide-react';
import { Dialog as Primitive } from 'radix-ui';
import type { ReactNode } from 'react';
import { cn } from '@/lib/cn';

interface DialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly children: ReactNode;
  readonly wide?: boolean;
}

/** A modal that becomes a sheet at the lower edge of a phone. One over another dims that one: the later in the page is above. */
export function Dialog({ open, onOpenChange, title, description, children, wide }: DialogProps) {
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className="animate-fade fixed inset-0 z-50 bg-scrim backdrop-blur-[1px]" />
        <Primitive.Content
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          className={cn(
            'animate-rise scroll-thin fixed inset-x-0 bottom-0 z-50 max-h-[92dvh] overflow-y-auto rounded-t-xl bg-raised p-5 shadow-pop outline-none',
            'sm:inset-x-auto sm:top-[14vh] sm:bottom-auto sm:left-1/2 sm:max-h-[80vh] sm:w-full sm:-translate-x-1/2 sm:rounded-xl sm:p-6',
            wide === true ? 'sm:max-w-2xl' : 'sm:max-w-[30rem]',
          )}
        >
          <div className="mb-4 flex items-start justify-between gap-4">
            <div className="min-w-0">
              <Primitive.Title className="text-[1.0625rem] leading-6 font-semibold tracking-tight">
                {title}
              </Primitive.Title>
              {description === undefined ? null : (
                <Primitive.Description className="mt-1 text-sm text-fg-2">
                  {description}
                </Primitive.Description>
              )}
            </div>
            <Primitive.Close
              aria-label="Close"
              className="-mt-1 -mr-1 grid size-8 shrink-0 place-items-center rounded-md text-fg-3 hover:bg-hover hover:text-fg"
            >
              <X size={16} aria-hidden />
            </Primitive.Close>
          </div>
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

export function DialogFooter({ children }: { readonly children: ReactNode }) {
  return (
    <div className="mt-6 flex flex-col-reverse gap-2 sm:flex-row sm:items-center sm:justify-end">
      {children}
    </div>
  );
}
