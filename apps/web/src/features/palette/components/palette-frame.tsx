'use client';

import { type ReactNode, useLayoutEffect, useState } from 'react';

/** Whoever had the focus before has it again afterwards. */
function useBorrowedFocus(): void {
  const [before] = useState(() => document.activeElement);
  useLayoutEffect(
    () => () => {
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    },
    [before],
  );
}

/** Of the palette's field, whether its code is there or not. */
export const FIELD = {
  placeholder: 'Breaker, page or action',
  className: 'h-12 w-full border-b border-line bg-transparent px-4 text-base outline-none',
} as const;

interface PaletteFrameProps {
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/**
 * Opened in the worst moment on the slowest machine: so it is a plain element, where a modal dialog would have the
 * browser style the whole page anew.
 */
export function PaletteFrame({ onClose, children }: PaletteFrameProps) {
  useBorrowedFocus();
  return (
    <>
      <div className="animate-fade fixed inset-0 z-40 bg-scrim" aria-hidden onClick={onClose} />
      <div
        role="dialog"
        aria-modal
        aria-label="Jump to"
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose();
          // The field is all that can have the focus.
          if (event.key === 'Tab') event.preventDefault();
        }}
        className="animate-rise fixed top-[8vh] left-1/2 z-50 w-[calc(100%-1.5rem)] max-w-xl -translate-x-1/2 overflow-hidden rounded-xl bg-raised shadow-pop"
      >
        {children}
      </div>
    </>
  );
}
