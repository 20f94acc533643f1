'use client';

import type { BreakerDetail } from '@recloser/protocol';
import { FileText } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { lazyPart } from '@/lib/lazy-part';

const IncidentDialog = lazyPart(() =>
  import('./incident-dialog').then((module) => module.IncidentDialog),
);

export function IncidentButton({ breaker }: { readonly breaker: BreakerDetail }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        <FileText size={13} aria-hidden /> Incident timeline
      </Button>
      {open ? <IncidentDialog breaker={breaker} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
