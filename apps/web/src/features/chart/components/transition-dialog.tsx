'use client';

import { api } from '@recloser/protocol';
import { Crosshair, ScrollText } from 'lucide-react';
import Link from 'next/link';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { PanelStatus } from '@/components/ui/panel-status';
import { EntryDetail } from '@/features/audit/components/entry-detail';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { routes } from '@/lib/routes';
import { useCall } from '@/lib/use-call';
import { actionWord } from '@/lib/vocabulary';
import type { Mark } from '../marks';

/** The clock of an event and of the state that it led to may differ by so much, ms. */
const AROUND_MS = 5_000;

function useEntry(breaker: string, { at, seq }: Mark) {
  const from = Math.round(at) - AROUND_MS;
  const to = Math.round(at) + AROUND_MS;
  const input = { params: useEnvironmentRef(), query: { breaker, from, to, limit: 100 } };
  const { data, error, mutate } = useCall(api.audit.list, [input], { revalidateOnFocus: false });
  const entry = data?.items.find((one) => one.seq === seq);
  return { entry, read: data !== undefined, error, retry: () => void mutate() };
}

interface TransitionDialogProps {
  readonly breaker: string;
  readonly mark: Mark;
  readonly onPoint: (at: number) => void;
  readonly onClose: () => void;
}

/** Why the state changed there: the event behind a mark of the chart. */
export function TransitionDialog({ breaker, mark, onPoint, onClose }: TransitionDialogProps) {
  const place = useEnvironmentRef();
  const { entry, read, error, retry } = useEntry(breaker, mark);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      wide
      title={entry === undefined ? mark.label : actionWord(entry.action)}
    >
      {entry !== undefined ? (
        <EntryDetail entry={entry} />
      ) : read ? (
        <p className="text-sm text-fg-2">The audit log has no event for this moment.</p>
      ) : (
        <PanelStatus error={error} onRetry={retry} lines={4} />
      )}
      <div className="mt-5 flex flex-wrap gap-2">
        <Button
          onClick={() => {
            onPoint(mark.at);
            onClose();
          }}
        >
          <Crosshair size={14} aria-hidden /> Point the page at this moment
        </Button>
        {entry === undefined ? null : (
          <Button asChild>
            <Link href={routes.auditEvent(place, entry.id)}>
              <ScrollText size={14} aria-hidden /> In the audit log
            </Link>
          </Button>
        )}
      </div>
    </Dialog>
  );
}
