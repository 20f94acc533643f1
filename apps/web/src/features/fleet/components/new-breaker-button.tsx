'use client';

import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { lazyPart } from '@/lib/lazy-part';
import { useMay } from '@/features/session/session-context';

const NewBreakerDialog = lazyPart(() =>
  import('./new-breaker-dialog').then((module) => module.NewBreakerDialog),
);

export function NewBreakerButton() {
  const [open, setOpen] = useState(false);
  if (!useMay('operator')) return null;
  return (
    <>
      <Button
        onClick={() => {
          setOpen(true);
        }}
      >
        <Plus size={14} aria-hidden /> New breaker
      </Button>
      {open ? (
        <NewBreakerDialog
          onClose={() => {
            setOpen(false);
          }}
        />
      ) : null}
    </>
  );
}
