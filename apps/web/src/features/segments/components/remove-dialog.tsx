'use client';

import type { SegmentInfo } from '@recloser/protocol';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Dialog, DialogFooter } from '@/components/ui/dialog';
import { ReasonField } from '@/features/actions/components/reason-field';
import { usePlace } from '@/features/live/live-provider';
import { messageOf } from '@/lib/problem';
import { removeSegment, useSegments } from '../api/segments';

const REASONS = ['No longer used', 'Replaced by another one'];

interface RemoveDialogProps {
  readonly segment: SegmentInfo;
  readonly onClose: () => void;
}

export function RemoveDialog({ segment, onClose }: RemoveDialogProps) {
  const place = usePlace();
  const { mutate } = useSegments();
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  async function remove() {
    try {
      await removeSegment(place, segment.key, reason.trim());
      await mutate();
      onClose();
    } catch (error) {
      setProblem(messageOf(error));
    }
  }
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
          void remove();
        }}
      >
        <ReasonField value={reason} suggestions={REASONS} onChange={setReason} />
        {problem === null ? null : <Callout kind="problem">{problem}</Callout>}
        <DialogFooter>
          <Button onClick={onClose}>Back</Button>
          <Button type="submit" variant="danger" disabled={reason.trim() === ''}>
            Remove
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
