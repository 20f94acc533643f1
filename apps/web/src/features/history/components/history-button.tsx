'use client';

import { History } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button } from '@/components/ui/button';

interface HistoryButtonProps {
  /** The dialog that it opens. */
  readonly children: (close: () => void) => ReactNode;
}

/** Opens the saved versions. */
export function HistoryButton({ children }: HistoryButtonProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        aria-haspopup="dialog"
        onClick={() => {
          setOpen(true);
        }}
      >
        <History size={14} aria-hidden /> History
      </Button>
      {open
        ? children(() => {
            setOpen(false);
          })
        : null}
    </>
  );
}
