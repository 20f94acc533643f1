'use client';

import type { ScheduleInfo } from '@recloser/protocol';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Dialog, DialogFooter } from '@/components/ui/dialog';
import { ReasonField } from '@/features/actions/components/reason-field';
import { usePlace } from '@/features/live/live-provider';
import { messageOf } from '@/lib/problem';
import { removeSchedule } from '../api/schedules';

const REASONS = ['No longer needed', 'Replaced by another'];

interface RemoveDialogProps {
  readonly schedule: ScheduleInfo;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function RemoveDialog({ schedule, onDone, onClose }: RemoveDialogProps) {
  const place = usePlace();
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  async function remove() {
    try {
      await removeSchedule(place, schedule.key, reason.trim());
      onDone();
    } catch (error) {
      setProblem(messageOf(error));
    }
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Remove “${schedule.name}”`}
      description={
        schedule.active === null
          ? 'Its windows do not begin any more.'
          : 'A window is on: what it has moved stays so until its end. Restore those breakers to have them back sooner.'
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void remove();
        }}
        className="flex flex-col gap-4"
      >
        <ReasonField value={reason} suggestions={REASONS} onChange={setReason} />
        {problem === null ? null : <Callout kind="problem">{problem}</Callout>}
        <DialogFooter>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="danger" disabled={reason.trim() === ''}>
            Remove schedule
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
