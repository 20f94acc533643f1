'use client';

import type { ScheduleInfo } from '@recloser/protocol';
import { Dialog } from '@/components/ui/dialog';
import { ReasonForm } from '@/features/actions/components/reason-form';
import { RemovedNotice } from '@/features/drafts/components/removed-notice';
import { useSaving } from '@/features/drafts/use-saving';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { removeSchedule, useSchedules } from '../api/schedules';

const REASONS = ['No longer needed', 'Replaced by another'];

interface RemoveDialogProps {
  readonly schedule: ScheduleInfo;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function RemoveDialog({ schedule, onDone, onClose }: RemoveDialogProps) {
  const place = useEnvironmentRef();
  const { data, mutate } = useSchedules();
  const gone = data !== undefined && data.items.every(({ key }) => key !== schedule.key);
  const { problem, busy, save } = useSaving({
    explained: gone,
    reread: () => mutate(),
    send: async (given) => {
      await removeSchedule(place, schedule.key, given);
      onDone();
    },
  });
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
      <ReasonForm
        suggestions={REASONS}
        label="Remove schedule"
        busy={busy}
        problem={problem}
        gone={gone}
        onSend={(reason) => void save(reason)}
        onClose={onClose}
      >
        {gone ? (
          <RemovedNotice subject={{ kind: 'schedule', key: schedule.key }} name={schedule.name}>
            There is nothing left to remove.
          </RemovedNotice>
        ) : null}
      </ReasonForm>
    </Dialog>
  );
}
