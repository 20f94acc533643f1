'use client';

import type { SegmentInfo } from '@recloser/protocol';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Dialog, DialogFooter } from '@/components/ui/dialog';
import { ReasonField } from '@/features/actions/components/reason-field';
import { RemovedNotice } from '@/features/drafts/components/removed-notice';
import { useSaving } from '@/features/drafts/use-saving';
import { usePlace } from '@/features/live/live-provider';
import { removeSegment, useSegments } from '../api/segments';

const REASONS = ['No longer used', 'Replaced by another one'];

interface RemoveDialogProps {
  readonly segment: SegmentInfo;
  readonly onClose: () => void;
}

export function RemoveDialog({ segment, onClose }: RemoveDialogProps) {
  const place = usePlace();
  const { data, mutate } = useSegments();
  const [reason, setReason] = useState('');
  const gone = data !== undefined && data.every(({ key }) => key !== segment.key);
  const { problem, busy, save } = useSaving({
    explained: gone,
    reread: () => mutate(),
    send: async (given) => {
      await removeSegment(place, segment.key, given);
      onClose();
      void mutate();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Remove ${segment.name}`}
      description="Only a segment that no rule names can be removed."
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void save(reason.trim());
        }}
      >
        <ReasonField value={reason} suggestions={REASONS} onChange={setReason} />
        {gone ? (
          <RemovedNotice subject={{ kind: 'segment', key: segment.key }} name={segment.name}>
            There is nothing left to remove.
          </RemovedNotice>
        ) : null}
        {problem === null ? null : <Callout kind="problem">{problem}</Callout>}
        <DialogFooter>
          <Button onClick={onClose}>Back</Button>
          <Button type="submit" variant="danger" disabled={busy || gone || reason.trim() === ''}>
            Remove
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
