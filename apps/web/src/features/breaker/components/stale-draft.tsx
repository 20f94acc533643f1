'use client';

import type { BreakerDetail } from '@recloser/protocol';
import { GitCompareArrows } from 'lucide-react';
import { Button } from '@/components/ui/button';

interface StaleDraftProps {
  readonly breaker: BreakerDetail;
  /** The configuration version that the draft began with. */
  readonly revision: number;
  readonly onReload: () => void;
}

/** Someone else has saved meanwhile: says so before the saving would be refused. */
export function StaleDraft({ breaker, revision, onReload }: StaleDraftProps) {
  if (breaker.revision === revision) return null;
  return (
    <div
      role="status"
      className="mb-4 flex flex-wrap items-center justify-between gap-3 rounded-xl border border-line-strong bg-surface px-4 py-3"
    >
      <p className="flex items-center gap-2.5 text-sm">
        <GitCompareArrows size={15} className="shrink-0" aria-hidden />
        It was edited meanwhile: this is version {revision}, the saved one is {breaker.revision}.
      </p>
      <Button onClick={onReload}>Load version {breaker.revision}</Button>
    </div>
  );
}
